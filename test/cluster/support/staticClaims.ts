import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testCluster } from "./cluster";
import type { CommandResult, KubeObject } from "./kubectl";
import { found, seen, until } from "./until";

// Claims beside those of a stack, and what docs/static-volumes.md tells to do about volumes.

/** What a claim asks for. */
export interface Wish {
    readonly storageClassName: string;
    readonly mode: string;
    readonly size: string;
}

/** A claim that no Pod mounts, of the volume it names if it names one. */
export async function applyClaim(
    namespace: string,
    name: string,
    wish: Wish & { readonly volumeName?: string },
): Promise<void> {
    await apply({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace },
        spec: {
            storageClassName: wish.storageClassName,
            volumeName: wish.volumeName,
            accessModes: [wish.mode],
            resources: { requests: { storage: wish.size } },
        },
    });
}

async function apply(object: object): Promise<void> {
    await testCluster().kubectl.run(["apply", "-f", "-"], JSON.stringify(object));
}

/** A claim and a Pod of the same name that mounts it. */
export async function claim(namespace: string, name: string, wish: Wish): Promise<void> {
    await applyClaim(namespace, name, wish);
    const podSpec = {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
            {
                name: "pause",
                image: "sandbox.local/pause:3.10",
                securityContext: {
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                },
                volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
    };
    await apply({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec: podSpec });
}

export async function dropClaims(namespace: string, ...names: string[]): Promise<void> {
    const objects = names.flatMap((name) => [`pod/${name}`, `pvc/${name}`]);
    await testCluster().kubectl.run(["delete", "-n", namespace, "--ignore-not-found", ...objects]);
}

interface Condition {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
}

/** Waits until the scheduler has said why it can't place the Pod; the first sentence of it. */
export function untilUnschedulable(namespace: string, pod: string): Promise<string> {
    return until(`Pod ${pod} can't be scheduled`, 30, async () => {
        const object = await testCluster().kubectl.get("pod", pod, namespace);
        const { conditions = [] } = (object?.status ?? {}) as { conditions?: Condition[] };
        const scheduled = conditions.find(({ type }) => type === "PodScheduled");
        const { status = "not said", message = "" } = scheduled ?? {};
        return status === "False" && message !== ""
            ? found(/^0\/1 nodes are available: ([^.]*)\./.exec(message)?.[1] ?? message)
            : seen(`PodScheduled ${status}`);
    });
}

/** Waits for the volume that a claim is bound to. */
export function untilBound(namespace: string, name: string): Promise<string> {
    return until(`claim ${name} is bound`, 30, async () => {
        const object = await testCluster().kubectl.get("pvc", name, namespace);
        const phase = String(object?.status?.["phase"]);
        return phase === "Bound" ? found(String(object?.spec["volumeName"])) : seen(phase);
    });
}

/** Waits until a volume is in a phase. */
export function untilPhase(volume: string, wanted: string): Promise<KubeObject> {
    return until(`volume ${volume} is ${wanted}`, 30, async () => {
        const object = await testCluster().kubectl.get("pv", volume);
        const phase = String(object?.status?.["phase"]);
        return object !== undefined && phase === wanted ? found(object) : seen(phase);
    });
}

const commands = {
    "for the same claim": 0,
    "for any claim": 1,
} as const;

/** Runs one of the commands of docs/static-volumes.md that free a Released volume. */
export function free(volume: string, whom: keyof typeof commands): Promise<CommandResult> {
    const page = readFileSync(join(__dirname, "../../../docs/static-volumes.md"), "utf8");
    const found = [...page.matchAll(/^kubectl patch pv VOLUME --type=json -p '\n?([^']*)'$/gm)];
    const patch = found[commands[whom]]?.[1];
    if (patch === undefined) {
        throw new Error(`docs/static-volumes.md has no command to free a volume ${whom}`);
    }
    return testCluster().kubectl.try(["patch", "pv", volume, "--type=json", "-p", patch]);
}
