import { spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { run } from "../../../../sandbox/build/run";
import { nodeAddress } from "../../../../sandbox/node/addresses";
import { layoutOf } from "../../../../sandbox/node/layout";
import { findNode } from "../../../../sandbox/node/nodeProcess";
import { found, seen, until } from "../until";
import type { Command, Config } from "./main";

const root = join(__dirname, "../../../..");

/** Where clients have their addresses: among the Pods', at an end that no Pod gets to. */
export const clientRange = "10.88.255.0/24";
let clients = 0;

/** Waits for its cable, then joins the node's network as a Pod does. */
const joinNetwork = `until ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done
ip link set lo up && ip link set eth0 up && ip address add "$1/32" dev eth0 &&
    ip route add ${nodeAddress} dev eth0 && ip route add default via ${nodeAddress} && shift && exec "$@"`;

/**
 * One of the programs of main.ts, on a cable of its own to a sandbox's node: it reaches Pods and Services by address as a
 * Pod does. On the node itself nobody is told when a Service leads nowhere: the answer that refuses gets lost.
 */
export class Program<Line extends object> {
    private closing: Promise<void> | undefined;

    static async start<Line extends object>(
        instance: string,
        config: Config,
        onLine: (line: Line) => void,
    ): Promise<Program<Line>> {
        const node = await findNode(layoutOf(instance).state);
        if (node === undefined) {
            throw new Error(`the sandbox "${instance}" is not running`);
        }
        const address = clientRange.replace(/0\/24$/, String(++clients));
        const program = new Program<Line>(address, config, onLine);
        try {
            await program.connect(node.pid, address);
        } catch (error) {
            program.child.kill();
            throw error;
        }
        return program;
    }

    private readonly child;
    private readonly ended: Promise<void>;
    private complaints = "";

    private constructor(address: string, config: Config, onLine: (line: Line) => void) {
        const loader = ["-r", "./commands/typescript.cjs"];
        const program = [process.execPath, ...loader, join(__dirname, "main.ts")];
        this.child = spawn(
            "unshare",
            ["--net", "--", "bash", "-c", joinNetwork, "client", address, ...program],
            { cwd: root, stdio: ["pipe", "pipe", "pipe"] },
        );
        this.child.stdin.on("error", () => undefined); // it has ended, and the close tells
        this.child.stderr.on("data", (part: Buffer) => (this.complaints += part.toString()));
        createInterface({ input: this.child.stdout }).on("line", (line) =>
            onLine(JSON.parse(line) as Line),
        );
        this.ended = new Promise((resolve) => this.child.once("close", () => resolve()));
        // The password is in no argument and no environment.
        this.write(config);
    }

    private async connect(nodePid: number, address: string): Promise<void> {
        // Until then its network is this machine's, and the cable would end there.
        await until("the client has left this machine's network", 10, () => {
            const [its, ours] = [this.child.pid, "self"].map((id) =>
                readlinkSync(`/proc/${id}/ns/net`),
            );
            return Promise.resolve(its === ours ? seen(String(its)) : found(undefined));
        });
        const link = `client${address.split(".").at(-1)}`;
        const peer = ["peer", "name", "eth0", "netns", String(this.child.pid)];
        const onNode = (...words: string[]) =>
            run("nsenter", [`--target=${nodePid}`, "--net", "--", "ip", ...words]);
        await onNode("link", "add", link, "type", "veth", ...peer);
        await onNode("link", "set", link, "up");
        await onNode("route", "add", address, "dev", link);
    }

    send(command: Command): void {
        if (this.child.exitCode !== null) {
            throw new Error(`it ended with code ${this.child.exitCode}: ${this.complaints}`);
        }
        this.write(command);
    }

    stop(): Promise<void> {
        this.child.stdin.end();
        return (this.closing ??= this.ended);
    }

    private write(message: object): void {
        this.child.stdin.write(`${JSON.stringify(message)}\n`);
    }
}
