import { readdir, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run, type RunOptions } from "../build/run";

/** Process 1 of a running node, by the number the machine knows it by. */
export interface NodeProcess {
    pid: number;
    /** Of what it was started: a node of another generation has to be started anew. */
    generation: string;
}

export const initScript = "init.sh";

/**
 * Finds a sandbox's node among the machine's processes. No file tells its number: one would be
 * stale after a kill -9 or a reboot.
 */
export async function findNode(state: string): Promise<NodeProcess | undefined> {
    const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    for (const name of names) {
        const commandLine = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
        const generation = generationOf(commandLine.split("\0"), state);
        if (generation !== undefined && (await isFirstProcess(name))) {
            return { pid: Number(name), generation };
        }
    }
    return undefined;
}

/** `bash <path>/init.sh <state> <generation>` and nothing else: not unshare, which starts it. */
export function generationOf(words: string[], state: string): string | undefined {
    const [shell = "", script = "", directory = "", generation = ""] = words;
    return basename(shell) === "bash" && basename(script) === initScript && directory === state
        ? generation
        : undefined;
}

async function isFirstProcess(name: string): Promise<boolean> {
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    const isZombie = /^State:\s+[ZX]/m.test(status);
    return !isZombie && /^NSpid:.*\s1$/m.test(status);
}

/** Runs a command of the node's tree inside the node. */
export function runInNode(
    node: NodeProcess,
    command: string[],
    options: RunOptions = {},
): Promise<string> {
    return run(
        "nsenter",
        [`--target=${node.pid}`, "--mount", "--net", "--pid", "--uts", "--ipc", "--", ...command],
        options,
    );
}

const stopPatience = 30_000;

/** Ends a node: gently, then by force. All its processes end with it. */
export async function endNode(node: NodeProcess): Promise<void> {
    const isThere = () => existsSync(`/proc/${node.pid}`);
    const deadline = Date.now() + stopPatience;
    signal(node.pid, "SIGTERM");
    while (isThere() && Date.now() < deadline) {
        await sleep(50);
    }
    signal(node.pid, "SIGKILL");
    while (isThere()) {
        await sleep(50);
    }
}

function signal(pid: number, name: NodeJS.Signals): void {
    try {
        process.kill(pid, name);
    } catch {
        // It has ended already.
    }
}
