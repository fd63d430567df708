import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

// The sandbox's containers have their own process namespace, and this machine's /proc shows them all.

/** This machine's ids of the processes of that name in a Pod, init containers included. */
export function podProcesses(podUid: string, name: string): number[] {
    return processIds().filter(
        (id) => read(id, "comm").trim() === name && read(id, "cgroup").includes(`pod${podUid}`),
    );
}

/** Those of its servers that are to serve clients: `prepare` gives its own more arguments. */
export function servingProcesses(podUid: string): number[] {
    return podProcesses(podUid, "mysqld").filter(
        (id) => read(id, "cmdline").split("\0").filter(Boolean).length === 2,
    );
}

/** This machine's ids of the processes in a Pod that run a program, whatever they call themselves. */
export function podPrograms(podUid: string, program: string): number[] {
    return processIds().filter(
        (id) => programOf(id) === program && read(id, "cgroup").includes(`pod${podUid}`),
    );
}

function programOf(id: number): string {
    try {
        return basename(readlinkSync(`/proc/${id}/exe`));
    } catch {
        return ""; // it ended meanwhile, or belongs to the kernel
    }
}

/** Stops processes where they are, as a virtual machine that is held does; or lets them go on. */
export function signalAll(ids: readonly number[], signal: "SIGSTOP" | "SIGCONT"): void {
    ids.forEach((id) => process.kill(id, signal));
}

/** Kills as a crash would. Gone already is as good. */
export function killHard(ids: readonly number[]): void {
    for (const id of ids) {
        try {
            process.kill(id, "SIGKILL");
        } catch {
            continue;
        }
    }
}

/** Keeps every command line and environment that any process on this machine has had meanwhile. */
export class ProcessWatch {
    private readonly seen = new Set<string>();
    private readonly timer = setInterval(() => this.look(), 100);

    /** Ends the watch. */
    stop(): readonly string[] {
        clearInterval(this.timer);
        this.look();
        return [...this.seen];
    }

    private look(): void {
        for (const id of processIds()) {
            for (const file of ["cmdline", "environ"]) {
                const text = read(id, file);
                if (text !== "" && !isOwn(id, file)) {
                    this.seen.add(text.replaceAll("\0", " "));
                }
            }
        }
    }
}

/** The tests themselves hold the passwords, of course; their programs' environments stay in view. */
function isOwn(id: number, file: string): boolean {
    return file === "environ" && id === process.pid;
}

function processIds(): number[] {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function read(id: number, file: string): string {
    try {
        return readFileSync(`/proc/${id}/${file}`, "utf8");
    } catch {
        return ""; // it ended meanwhile
    }
}
