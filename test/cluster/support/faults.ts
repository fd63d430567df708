import * as fs from "node:fs";
import { basename, join } from "node:path";
import { runOnNode } from "../../../sandbox";
import { layoutOf } from "../../../sandbox/node/layout";
import { readStatus } from "../../../sandbox/node/status";
import { instance, testCluster } from "./cluster";
import { claimDirectory } from "./pods";
import { killHard, podPrograms, podProcesses, servingProcesses, signalAll } from "./processes";
import { clientRange } from "./witnesses/program";

// What can happen to a cluster, done to the test sandbox. Each undo does no harm when it is called again.

export type Undo = () => Promise<void>;

/** kill -9 of a Pod's server, in whichever container it runs. */
export function killServer(podUid: string): void {
    killHard(podProcesses(podUid, "mysqld"));
}

/** Nothing in the server moves; its connections stay open. */
export function freezeServer(podUid: string): Undo {
    return freeze(() => podProcesses(podUid, "mysqld"));
}

/** Nor in any controller of those Pods. */
export function freezeControllers(podUids: readonly string[]): Undo {
    return freeze(() => podUids.flatMap((uid) => podPrograms(uid, "node")));
}

function freeze(processes: () => number[]): Undo {
    const ids = processes();
    signalAll(ids, "SIGSTOP");
    return () => {
        const left = processes().filter((id) => ids.includes(id));
        signalAll(left, "SIGCONT");
        return Promise.resolve();
    };
}

/** No Pod starts until the undo: what a lost node takes with it does not come back at once. */
export async function holdPods(): Promise<Undo> {
    const { kubectl } = testCluster();
    const nodes = (await kubectl.list("nodes")).map(({ metadata }) => metadata.name);
    await kubectl.run(["cordon", ...nodes]);
    return async () => {
        await kubectl.run(["uncordon", ...nodes]);
    };
}

/** Takes Pods away without waiting for what runs in them. New ones come at once, unless they are held. */
export async function forceDelete(namespace: string, ...pods: readonly string[]): Promise<void> {
    const force = ["--force", "--grace-period=0", "--wait=false"];
    await testCluster().kubectl.run(["delete", "pod", ...pods, "-n", namespace, ...force]);
}

/** Empties a Pod's volume under its running server, then takes the Pod away too. */
export async function wipeVolume(namespace: string, pod: string, podUid: string): Promise<void> {
    killServer(podUid);
    const directory = claimDirectory(namespace, `data-${pod}`);
    for (const name of fs.readdirSync(directory)) {
        fs.rmSync(join(directory, name), { recursive: true, force: true });
    }
    await forceDelete(namespace, pod);
}

/** Overwrites a little of the newest relay log, shortly before its end. */
export function damageRelayLog(namespace: string, pod: string): void {
    const directory = join(claimDirectory(namespace, `data-${pod}`), "data");
    const newest = fs
        .readdirSync(directory)
        .filter((name) => /^relay\.\d+$/.test(name))
        .sort()
        .at(-1);
    const file = fs.openSync(join(directory, String(newest)), "r+");
    fs.writeSync(file, Buffer.alloc(500, 0xff), 0, 500, fs.fstatSync(file).size - 5_000);
    fs.closeSync(file);
}

/** Room for a small database and its logs. */
const smallBytes = 400 * 1024 * 1024;

let filters = 0;

/**
 * Cuts the cables between a Pod and all other Pods, or some. Every packet is routed by the node, which drops these; those
 * of clients still arrive, as a client's on the Pod's side of a cut.
 */
export function cutOff(address: string, from?: readonly string[]): Promise<Undo> {
    const others = from === undefined ? "" : `{ ${from.join(", ")} }`;
    return filterOnNode(
        from === undefined
            ? [
                  `ip saddr ${address} ip daddr != ${clientRange} drop`,
                  `ip daddr ${address} ip saddr != ${clientRange} drop`,
              ]
            : [
                  `ip saddr ${address} ip daddr ${others} drop`,
                  `ip saddr ${others} ip daddr ${address} drop`,
              ],
    );
}

/** Lets a megabyte a second through from one Pod to another. */
export function slowDown(from: string, to: string): Promise<Undo> {
    // The burst has room for what the sender hands over as one packet.
    const limit = "limit rate over 1 mbytes/second burst 256 kbytes";
    return filterOnNode([`ip saddr ${from} ip daddr ${to} ${limit} drop`]);
}

async function filterOnNode(rules: readonly string[]): Promise<Undo> {
    const table = `inet test_filter_${++filters}`;
    const hook = "type filter hook forward priority -200";
    await runOnNode(
        ["nft", `table ${table} { chain filter { ${hook}; ${rules.join("; ")}; }; }`],
        instance,
    );
    let isHealed = false;
    return async () => {
        if (!isHealed) {
            isHealed = true;
            await runOnNode(["nft", `delete table ${table}`], instance);
        }
    };
}

/** The API server takes connections and answers none. Not for long: after 40 s the node counts as lost. */
export async function stopApiServer(): Promise<Undo> {
    const status = await readStatus(layoutOf(instance).status);
    const pid = status?.components["kube-apiserver"]?.pid;
    if (pid === undefined) {
        throw new Error("the API server doesn't run");
    }
    const signal = async (name: string): Promise<void> => {
        await runOnNode(["kill", `-${name}`, String(pid)], instance);
    };
    await signal("STOP");
    return () => signal("CONT");
}

/** A small file system in the place of a claim's directory, empty: for Pods that start from now on. */
export class SmallVolume {
    private isMounted = true;

    static async mount(namespace: string, pod: string, exportName = "export") {
        const name = basename(claimDirectory(namespace, `data-${pod}`, exportName));
        const path = `/exports/${exportName}/${name}`;
        // Otherwise it would come over running Pods' mounts of the same directory, and go away with these.
        await runOnNode(["mount", "--make-private", "/exports"], instance);
        // In the node's mount namespace only: the directory on this machine stays as it is.
        const options = ["-t", "tmpfs", "-o", `size=${smallBytes},mode=0777`];
        await runOnNode(["mount", ...options, "small", path], instance);
        return new SmallVolume(path);
    }

    private constructor(private readonly path: string) {}

    /** Leaves no room on the volume that a Pod has, by way of its server's own files; returns the undo. */
    fill(podUid: string): Undo {
        const [id] = servingProcesses(podUid);
        const volume = `/proc/${id}/root/var/lib/mysql`;
        const { blocks, bsize } = fs.statfsSync(volume);
        if (blocks * bsize !== smallBytes) {
            throw new Error(`${volume} is another file system: filling it would harm this machine`);
        }
        const file = join(volume, "filler");
        const part = Buffer.alloc(1024 * 1024);
        try {
            for (let bytes = 0; bytes < smallBytes; bytes += part.length) {
                fs.appendFileSync(file, part);
            }
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOSPC") {
                throw error;
            }
        }
        return () => {
            // The server may be another by now; its volume is the same.
            const left = servingProcesses(podUid)[0] ?? id;
            fs.rmSync(`/proc/${left}/root/var/lib/mysql/filler`, { force: true });
            return Promise.resolve();
        };
    }

    /** What Pods have mounted stays with them until they end. */
    async unmount(): Promise<void> {
        if (this.isMounted) {
            this.isMounted = false;
            await runOnNode(["umount", "--lazy", this.path], instance);
        }
    }
}

/** For durations that are themselves the fault. */
export function lasting(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
