import type { Observation, ServerSeen } from "./observation";
import type { ConfigMapObject, Declared, PodObject } from "./cluster/objects";
import { readDeclared, readPod, readTruth } from "./cluster/objects";
import type { StatefulSetObject } from "./cluster/objects";
import type { Servers } from "./servers/servers";
import type { Freshness } from "./freshness";
import type { Readers } from "./readers";

/** What the controller reads of Kubernetes. */
export interface ClusterReader {
    readTopology: () => Promise<ConfigMapObject>;
    readDeclared: () => Promise<ConfigMapObject>;
    /** Undefined before it is there. */
    readStatefulSet: () => Promise<StatefulSetObject | undefined>;
    listPods: () => Promise<readonly PodObject[]>;
}

/** One round's view, with what the acts need to refuse what was changed since. */
export interface Round {
    readonly observation: Observation;
    readonly topology: ConfigMapObject;
    readonly declared: Declared;
    readonly pods: ReadonlyMap<string, PodObject>;
}

/** In the order that the decisions lean on: the truth, what is wanted, the Pods, the primary, the others. */
export async function observe(
    cluster: ClusterReader,
    servers: Servers,
    readers: Readers,
    freshness: Freshness,
    now: () => number,
): Promise<Round> {
    const topology = await cluster.readTopology();
    const truth = readTruth(topology);
    const declared = readDeclared(await cluster.readDeclared());
    const statefulSet = await cluster.readStatefulSet();
    const pods = new Map(
        (await cluster.listPods()).map((pod): [string, PodObject] => [
            pod.metadata?.name ?? "",
            pod,
        ]),
    );
    servers.meet(
        [...pods].map(([pod, { metadata, status }]) => ({
            pod,
            uid: metadata?.uid ?? "",
            ip: status?.podIP,
        })),
    );
    const seen = new Map<string, ServerSeen>();
    const primary = truth?.primary.pod ?? "";
    const askedAtMs = now();
    if (pods.has(primary)) {
        seen.set(primary, await servers.ask(primary));
    }
    const others = [...pods.keys()].filter((pod) => pod !== primary);
    const answers = await Promise.all(others.map((pod) => servers.ask(pod)));
    others.forEach((pod, index) => {
        const answer = answers[index];
        if (answer !== undefined) {
            seen.set(pod, answer);
        }
    });
    return {
        topology,
        declared,
        pods,
        observation: {
            truth,
            wanted: declared.wanted,
            pods: readers.add(
                Object.fromEntries(
                    [...pods].map(([name, pod]) => [name, readPod(pod, statefulSet)]),
                ),
            ),
            servers: freshness.add(Object.fromEntries(seen), truth?.primary, askedAtMs),
        },
    };
}
