import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { defaultCancelLine } from "./failures";
import { settlePendingCreates } from "./pendingCreates";
import { UserError } from "./userError";

/**
 * Mends what a killed run left behind. The lock of a process that is gone is removed, and objects
 * whose creation was under way are looked up on the cluster: without that the engine would create
 * them a second time, and fail on each that has a fixed name.
 */
export async function recoverState(
    stack: Stack,
    backendDirectory: string | undefined,
    note: (text: string) => void = () => undefined,
    cancelLine: string = defaultCancelLine,
): Promise<void> {
    if (backendDirectory === undefined) {
        return;
    }
    const project = (await stack.workspace.projectSettings()).name;
    const bookkeeping = join(backendDirectory, ".pulumi");
    removeStaleLocks(
        stack.name,
        join(bookkeeping, "locks/organization", project, stack.name),
        note,
        cancelLine,
    );
    const state = join(bookkeeping, "stacks", project, `${stack.name}.json`);
    // Asking the engine takes half a second, and nearly every run can do without.
    if (!existsSync(state) || !readFileSync(state, "utf8").includes('"pending_operations"')) {
        return;
    }
    const settled = settlePendingCreates(await stack.exportStack());
    if (settled !== undefined) {
        note(
            `The last run was cut off while creating ${settled.names.join(", ")}: looking at them`,
        );
        await stack.importStack(settled.deployment);
        await stack.refresh({ color: "never" });
    }
}

interface Lock {
    readonly pid: number;
    readonly hostname: string;
    readonly timestamp: string;
}

/** Refuses to go on beside a run that still lives; removes the locks of those that don't. */
function removeStaleLocks(
    stackName: string,
    locks: string,
    note: (text: string) => void,
    cancelLine: string,
): void {
    for (const file of existsSync(locks) ? readdirSync(locks) : []) {
        const path = join(locks, file);
        // Beside each lock lies a file with its attributes, which stands for nothing alone.
        const lock = file.endsWith(".json") ? readLock(path) : undefined;
        if (lock === undefined) {
            continue;
        }
        if (lock.hostname !== hostname() || isEngine(lock.pid)) {
            throw new UserError(lockedMessage(stackName, lock, cancelLine));
        }
        rmSync(path, { force: true });
        rmSync(`${path}.attrs`, { force: true });
        note(`Removed the lock of a run that no longer exists (process ${lock.pid})`);
    }
}

function readLock(path: string): Lock | undefined {
    try {
        // The engine writes this file; its form is theirs (pkg/backend/diy/lock.go).
        return JSON.parse(readFileSync(path, "utf8")) as Lock;
    } catch {
        return undefined; // gone meanwhile, or still being written: the engine decides
    }
}

function lockedMessage(stackName: string, lock: Lock, cancelLine: string): string {
    const since = lock.timestamp.replace(/\..*$/, "");
    return [
        `Stack "${stackName}" is being changed by another run: process ${lock.pid} on ` +
            `${lock.hostname}, since ${since}. Nothing was changed.`,
        `  See it:     ps -fp ${lock.pid}`,
        `  Stop it:    kill -INT ${lock.pid}   (it finishes what is under way, then ends)`,
        `  Forget it:  ${cancelLine}   (only if that process is gone)`,
    ].join("\n");
}

function isEngine(pid: number): boolean {
    try {
        process.kill(pid, 0);
    } catch {
        return false;
    }
    // The number may have gone to another program since. Where there is no /proc, play safe.
    const name = `/proc/${pid}/comm`;
    return !existsSync(name) || readFileSync(name, "utf8").startsWith("pulumi");
}
