import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { runOnNode } from "../../../sandbox";
import { layoutOf } from "../../../sandbox/node/layout";
import { readStatus } from "../../../sandbox/node/status";
import { instance, testCluster } from "./cluster";
import { claimDirectory } from "./pods";
import { killHard, podProcesses, signalAll } from "./processes";

// What can happen to a cluster, done to the test sandbox. Each undo does no harm when it is called again.

export type Undo = () => Promise<void>;

/** kill -9 of a Pod's server, in whichever container it runs. */
export function killServer(podUid: string): void {
    killHard(podProcesses(podUid, "mysqld"));
}

/** Nothing in the server moves; its connections stay open. */
export function freezeServer(podUid: string): Undo {
    const ids = podProcesses(podUid, "mysqld");
    signalAll(ids, "SIGSTOP");
    return () => {
        const left = podProcesses(podUid, "mysqld").filter((id) => ids.includes(id));
        signalAll(left, "SIGCONT");
        return Promise.resolve();
    };
}

/** Takes Pods away without waiting for what runs in them, as if their node were gone. */
export async function forceDelete(namespace: string, ...pods: readonly string[]): Promise<void> {
    const force = ["--force", "--grace-period=0", "--wait=false"];
    await testCluster().kubectl.run(["delete", "pod", ...pods, "-n", namespace, ...force]);
}

/** Empties a Pod's volume under its running server, then takes the Pod away too. */
export async function wipeVolume(namespace: string, pod: string, podUid: string): Promise<void> {
    killServer(podUid);
    const directory = claimDirectory(namespace, `data-${pod}`);
    for (const name of readdirSync(directory)) {
        rmSync(join(directory, name), { recursive: true, force: true });
    }
    await forceDelete(namespace, pod);
}

let cuts = 0;

/**
 * Cuts the cables between a Pod and all other Pods, or some. Every packet between Pods is routed by the node, which drops
 * these; what the node itself sends to the Pod still arrives, as a client's on the Pod's side of a cut.
 */
export async function cutOff(address: string, from?: readonly string[]): Promise<Undo> {
    const table = `inet test_cut_${++cuts}`;
    const others = from === undefined ? "" : `{ ${from.join(", ")} }`;
    const rules =
        from === undefined
            ? [`ip saddr ${address} drop`, `ip daddr ${address} drop`]
            : [
                  `ip saddr ${address} ip daddr ${others} drop`,
                  `ip saddr ${others} ip daddr ${address} drop`,
              ];
    const hook = "type filter hook forward priority -200";
    await runOnNode(
        ["nft", `table ${table} { chain cut { ${hook}; ${rules.join("; ")}; }; }`],
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

/** A file system of that size in the place of a claim's directory, empty: for Pods that start from now on. */
export class SmallVolume {
    private isFull = false;
    private isMounted = true;

    static async mount(
        namespace: string,
        pod: string,
        mebibytes: number,
        exportName = "export",
    ): Promise<SmallVolume> {
        const name = basename(claimDirectory(namespace, `data-${pod}`, exportName));
        const path = `/exports/${exportName}/${name}`;
        // In the node's mount namespace only: the directory on this machine stays as it is.
        const options = ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=0777`];
        await runOnNode(["mount", ...options, "small", path], instance);
        return new SmallVolume(path);
    }

    private constructor(private readonly path: string) {}

    /** Leaves no room. */
    async fill(): Promise<void> {
        this.isFull = true;
        // Only where the small file system is: else it would be this machine's disk.
        await this.shell(
            `mountpoint --quiet "$0" && cat /dev/zero >"$0"/filler 2>/dev/null || true`,
        );
    }

    async makeRoom(): Promise<void> {
        if (this.isFull) {
            this.isFull = false;
            await this.shell(`rm -f "$0"/filler`);
        }
    }

    /** What Pods have mounted stays with them until they end. */
    async unmount(): Promise<void> {
        await this.makeRoom();
        if (this.isMounted) {
            this.isMounted = false;
            await runOnNode(["umount", "--lazy", this.path], instance);
        }
    }

    private async shell(command: string): Promise<void> {
        await runOnNode(["bash", "-c", command, this.path], instance);
    }
}

/** For durations that are themselves the fault. */
export function lasting(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
