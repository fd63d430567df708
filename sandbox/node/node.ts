import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheKey } from "../build/cache";
import type { Progress } from "../build/progress";
import { nodeAddress, serviceRange } from "./addresses";
import { ensureCertificates, serverNames } from "./certificates";
import { createCgroups, removeCgroups } from "./cgroups";
import { components } from "./components";
import { renderConfiguration } from "./configuration";
import { exportNames, type Layout } from "./layout";
import { endNode, findNode, initScript, type NodeProcess } from "./nodeProcess";
import type { NodeSpec } from "./nodeSpec";
import { assertKernel } from "./preflight";
import type { Software } from "./software";
import { type NodeStatus, readStatus } from "./status";
import { connectUplink, removeUplink } from "./uplink";

const readyMilliseconds = 120_000;
const pollMilliseconds = 50;

/** The running node, started if there is none or if what runs was made of something else. */
export async function ensureNode(
    node: NodeSpec,
    layout: Layout,
    software: Software,
    progress: Progress,
): Promise<NodeProcess> {
    const generation = generationFor(node, software);
    const running = await findNode(layout.state);
    const isStopping = (await readStatus(layout.status))?.stopping === true;
    if (running?.generation === generation && !isStopping) {
        return running;
    }
    if (running !== undefined && isStopping) {
        await endNode(running);
    } else if (running !== undefined) {
        await progress.step("stop the node of an earlier version", () => stopNode(node, layout));
    }
    return progress.step("start the node", async () => {
        await prepareState(node, layout, software);
        return launch(node, layout, software, generation);
    });
}

/** Waits until the supervisor reports that everything works. */
export async function waitUntilReady(
    layout: Layout,
    node: NodeProcess,
    note: (text: string) => void,
): Promise<void> {
    const deadline = Date.now() + readyMilliseconds;
    for (;;) {
        const status = await readStatus(layout.status);
        if (status?.ready === true) {
            note("");
            return;
        }
        note(`waiting for ${status?.waitingFor.join(", ") || "the control plane"}`);
        if (!existsSync(`/proc/${node.pid}`)) {
            throw new Error(await failure(layout, "ended while it was starting", status));
        }
        if (Date.now() > deadline) {
            throw new Error(
                await failure(layout, `is not ready after ${readyMilliseconds / 1000} s`, status),
            );
        }
        await sleep(pollMilliseconds);
    }
}

/** Ends the node and removes what it had on the machine; what it has stored stays. */
export async function stopNode(node: NodeSpec, layout: Layout): Promise<void> {
    const running = await findNode(layout.state);
    if (running !== undefined) {
        await endNode(running);
    }
    await rm(layout.status, { force: true });
    await removeUplink(node.uplink);
    await removeCgroups(node.cgroup);
}

function generationFor(node: NodeSpec, software: Software): string {
    const { tree, kubernetes, coredns } = software;
    return cacheKey({
        tree,
        kubernetes,
        coredns,
        configuration: renderConfiguration(node),
        components: components(node),
        serverNames: serverNames(node),
    });
}

async function prepareState(node: NodeSpec, layout: Layout, software: Software): Promise<void> {
    await mkdir(layout.logs, { recursive: true });
    await chmod(layout.state, 0o700);
    await assertKernel(layout.state, software.tree);
    for (const name of ["etcd", "containerd", "kubelet"]) {
        await mkdir(join(layout.data, name), { recursive: true, mode: 0o700 });
    }
    for (const name of exportNames) {
        const directory = join(layout.exports, name);
        if (!existsSync(directory)) {
            await mkdir(directory, { recursive: true });
            // As an export with all users squashed: whoever mounts it may write.
            await chmod(directory, 0o777);
        }
    }
    for (const [name, content] of Object.entries(renderConfiguration(node))) {
        const path = join(layout.configuration, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content, { mode: 0o600 });
    }
    await ensureCertificates(node, software.tree, layout.keys);
    await rm(layout.status, { force: true });
    // Empty ones of containers that died with an earlier node: the kubelet would take 3 s for each.
    await removeCgroups(node.cgroup);
    await createCgroups(node.cgroup);
}

async function launch(
    node: NodeSpec,
    layout: Layout,
    software: Software,
    generation: string,
): Promise<NodeProcess> {
    const { uplink } = node;
    const supervisor = [
        process.execPath,
        "--require",
        require.resolve("ts-node/register/transpile-only"),
        join(__dirname, "supervisor.ts"),
        node.instance,
    ];
    const log = openSync(join(layout.logs, "node.log"), "w", 0o600);
    const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
    // What the machine unmounts later is unmounted here too; nothing goes the other way.
    namespaces.push("--propagation=slave");
    const script = join(__dirname, initScript);
    const child = spawn("unshare", [...namespaces, "bash", script, layout.state, generation], {
        // Its own session: the user's Ctrl-C isn't meant for it.
        detached: true,
        stdio: ["pipe", "pipe", log],
        env: {
            ...inherited(["PATH", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"]),
            // ts-node looks for it in the current directory otherwise.
            TS_NODE_PROJECT: join(__dirname, "..", "..", "tsconfig.json"),
            NODE_TREE: software.tree,
            NODE_KUBERNETES: software.kubernetes,
            NODE_COREDNS: software.coredns,
            NODE_NAME: node.name,
            NODE_ADDRESS: nodeAddress,
            CGROUP: node.cgroup,
            SERVICE_RANGE: serviceRange,
            UPLINK_ADDRESS: `${uplink.nodeAddress}/${uplink.prefixLength}`,
            SUPERVISOR_COMMAND: supervisor.join("\n"),
        },
    });
    closeSync(log);
    const pid = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", () => {
            reject(new Error(`the node's namespaces can't be made: see ${layout.logs}/node.log`));
        });
        child.stdout?.once("data", (text: Buffer) => {
            resolve(Number(text.toString()));
        });
    });
    await connectUplink(uplink, pid);
    child.stdin?.end("go\n");
    child.stdout?.destroy();
    child.unref();
    return { pid, generation };
}

// No more than it needs: the node outlives the command, whose environment may hold secrets.
function inherited(names: string[]): NodeJS.ProcessEnv {
    return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

async function failure(
    layout: Layout,
    what: string,
    status: NodeStatus | undefined,
): Promise<string> {
    const failed = Object.entries(status?.components ?? {}).filter(([, { restarts }]) => restarts);
    const names = ["node", ...failed.map(([name]) => name)];
    const tails = await Promise.all(
        names.map(async (name) => {
            const path = join(layout.logs, `${name}.log`);
            const text = await readFile(path, "utf8").catch(() => "");
            return `${path}:\n${text.trim().split("\n").slice(-5).join("\n")}`;
        }),
    );
    const missing = status?.waitingFor.join(", ") || "the control plane";
    return (
        `the sandbox's node ${what}; still missing: ${missing}. Stop it by npm run sandbox:stop ` +
        `and start it again; npm run sandbox:delete starts from nothing, without its data.\n` +
        tails.join("\n")
    );
}
