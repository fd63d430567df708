import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const patience = 10_000;
const pollMilliseconds = 50;
const terminate = 15;

/**
 * Asks every container to end and waits for those that can hear it, so that databases close their
 * files. Only makes sense inside the node's process namespace.
 */
export async function stopContainers(): Promise<void> {
    const deadline = Date.now() + patience;
    let waiting = await containerProcesses();
    for (const pid of waiting) {
        signal(pid);
    }
    while (waiting.length > 0 && Date.now() < deadline) {
        await sleep(pollMilliseconds);
        const now = new Set(await containerProcesses());
        waiting = waiting.filter((pid) => now.has(pid));
    }
}

/** First processes of containers that have a handler for SIGTERM. */
async function containerProcesses(): Promise<number[]> {
    const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const statuses = await Promise.all(
        names.map(async (name) => {
            const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
            return isListeningInit(status) ? Number(name) : undefined;
        }),
    );
    return statuses.filter((pid) => pid !== undefined);
}

/**
 * Whether /proc/<pid>/status tells of process 1 of a process namespace below ours that catches
 * SIGTERM; the kernel drops the signal for a process 1 that doesn't.
 */
export function isListeningInit(status: string): boolean {
    const numbers = field(status, "NSpid").split(/\s+/);
    const isInit = numbers.length > 1 && numbers.at(-1) === "1";
    const caught = BigInt(`0x${field(status, "SigCgt") || "0"}`);
    return isInit && ((caught >> BigInt(terminate - 1)) & 1n) === 1n;
}

function field(status: string, name: string): string {
    return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.trim() ?? "";
}

function signal(pid: number): void {
    try {
        process.kill(pid, "SIGTERM");
    } catch {
        // It has ended in the meantime.
    }
}
