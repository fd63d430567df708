import { readdirSync } from "node:fs";
import { join } from "node:path";
import { testCluster } from "./cluster";
import type { KubeObject } from "./kubectl";
import { exactly, found, seen, until } from "./until";

/** A MySQL Pod with what makes it the same one after it was deleted. */
export interface Identity {
    readonly serverUuid: string;
    readonly serverId: string;
    readonly volume: string;
    readonly address: string;
}

interface PodStatus {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

export function isReady(pod: KubeObject): boolean {
    const status = pod.status as unknown as PodStatus;
    return (
        pod.metadata.deletionTimestamp === undefined &&
        (status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True")
    );
}

/** Name of the Pod that takes the writes; waits until it is one only. */
export function primaryOf(namespace: string, cluster = "mysql"): Promise<string> {
    return until(`${namespace} has a primary`, 60, async () => {
        const labels = `mysqlnfs/service=${cluster},role=primary`;
        const pods = await testCluster().kubectl.list("pods", "-n", namespace, "-l", labels);
        const names = pods.map(({ metadata }) => metadata.name);
        const [only] = names;
        return only !== undefined && names.length === 1
            ? found(only)
            : seen(names.join() || "no primary");
    });
}

/** Name of a Pod that isn't the primary. */
export async function replicaOf(namespace: string, cluster = "mysql"): Promise<string> {
    const primary = await primaryOf(namespace, cluster);
    return primary === `${cluster}-1` ? `${cluster}-0` : `${cluster}-1`;
}

/** Names of the Pods that a Service leads to, in order. */
export async function endpoints(namespace: string, service: string): Promise<string[]> {
    const label = `kubernetes.io/service-name=${service}`;
    const { kubectl } = testCluster();
    const slices = await kubectl.list("endpointslices", "-n", namespace, "-l", label);
    return (slices as unknown as EndpointSlice[])
        .flatMap(({ endpoints: each }) => each ?? [])
        .filter(({ conditions }) => conditions.ready)
        .map(({ targetRef }) => targetRef.name)
        .sort();
}

interface EndpointSlice {
    readonly endpoints?: readonly {
        readonly targetRef: { readonly name: string };
        readonly conditions: { readonly ready: boolean };
    }[];
}

export async function untilEndpoints(
    namespace: string,
    service: string,
    expected: readonly string[],
): Promise<void> {
    await until(`${service} leads to ${expected.join(", ") || "nothing"}`, 30, async () =>
        exactly(expected.join(), (await endpoints(namespace, service)).join()),
    );
}

/** Waits until the Pods are ready, and are others than those that had these uids. */
export async function untilPodsReady(
    namespace: string,
    names: readonly string[],
    seconds: number,
    oldUids: readonly string[] = [],
): Promise<readonly KubeObject[]> {
    return until<readonly KubeObject[]>(
        `Pods ${names.join(", ")} of ${namespace} are ready`,
        seconds,
        async () => {
            const pods = await testCluster().kubectl.list("pods", "-n", namespace);
            const ready = names.flatMap((name) =>
                pods.filter(
                    (pod) =>
                        pod.metadata.name === name &&
                        isReady(pod) &&
                        !oldUids.includes(pod.metadata.uid),
                ),
            );
            return ready.length === names.length ? found(ready) : seen(describePods(pods));
        },
    );
}

export async function podUid(namespace: string, name: string): Promise<string> {
    const pod = await testCluster().kubectl.get("pod", name, namespace);
    if (pod === undefined) {
        throw new Error(`Pod ${name} of ${namespace} is not there`);
    }
    return pod.metadata.uid;
}

export function describePods(pods: readonly KubeObject[]): string {
    return pods
        .map((pod) => {
            const status = pod.status as unknown as PodStatus;
            const leaving = pod.metadata.deletionTimestamp === undefined ? "" : ", being deleted";
            return `${pod.metadata.name} ${status.phase}${isReady(pod) ? ", ready" : ""}${leaving}`;
        })
        .join("; ");
}

/** Directories on the sandbox's NFS export, by their path on this machine. */
export function exportedDirectories(exportName = "export"): string[] {
    const directory = join(testCluster().sandbox.exportsDirectory, exportName);
    return readdirSync(directory).map((name) => join(directory, name));
}

/** The directory that holds a claim's volume. */
export function claimDirectory(namespace: string, claim: string, exportName?: string): string {
    const prefix = `/${namespace}-${claim}-`;
    const found = exportedDirectories(exportName).filter((path) => path.includes(prefix));
    const [only, ...others] = found;
    if (only === undefined || others.length > 0) {
        throw new Error(`${found.length} directories of claim ${claim} in ${namespace}`);
    }
    return only;
}
