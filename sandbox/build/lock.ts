import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Runs `work` while holding an exclusive lock on `file`. The kernel's own file lock is held by a
 * child that lives only as long as our end of its pipe, so a kill -9 of either frees it.
 */
export async function withLock<T>(
    file: string,
    work: () => Promise<T>,
    onWait: () => void = () => undefined,
    /** After how many milliseconds `onWait` is called. */
    patience = 1000,
): Promise<T> {
    await mkdir(dirname(file), { recursive: true });
    const release = await acquire(file, onWait, patience);
    try {
        return await work();
    } finally {
        await release();
    }
}

function acquire(file: string, onWait: () => void, patience: number): Promise<() => Promise<void>> {
    return new Promise((resolve, reject) => {
        // --close is not wanted: cat must inherit the lock, it is what holds it.
        const holder = spawn("flock", ["--exclusive", file, "sh", "-c", "echo locked; exec cat"], {
            stdio: ["pipe", "pipe", "ignore"],
        });
        const ended = new Promise<void>((done) => {
            holder.once("close", () => {
                done();
            });
        });
        const timer = setTimeout(onWait, patience);
        holder.once("error", (error) => {
            clearTimeout(timer);
            const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
            reject(
                missing
                    ? new Error(
                          'the command "flock" is missing on this machine: install util-linux',
                      )
                    : error,
            );
        });
        holder.stdout.once("data", () => {
            clearTimeout(timer);
            resolve(async () => {
                holder.stdin.end();
                await ended;
            });
        });
        void ended.then(() => {
            clearTimeout(timer);
            reject(new Error(`cannot lock ${file}: is its folder writable?`));
        });
    });
}
