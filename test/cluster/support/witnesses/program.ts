import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { layoutOf } from "../../../../sandbox/node/layout";
import { findNode } from "../../../../sandbox/node/nodeProcess";
import type { Command, Config } from "./main";

const root = join(__dirname, "../../../..");

/** One of the programs of main.ts, in the network of a sandbox's node: it reaches Pods and Services by address. */
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
        return new Program(node.pid, config, onLine);
    }

    private readonly child;
    private readonly ended: Promise<void>;
    private complaints = "";

    private constructor(nodePid: number, config: Config, onLine: (line: Line) => void) {
        const loader = ["-r", "./commands/typescript.cjs"];
        this.child = spawn(
            "nsenter",
            [
                ...[`--target=${nodePid}`, "--net", "--", process.execPath, ...loader],
                join(__dirname, "main.ts"),
            ],
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
