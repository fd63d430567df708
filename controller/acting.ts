import type { ConfigMapObject, PodObject } from "./cluster/objects";
import { labelPatch, truthData } from "./cluster/objects";
import type { Log } from "./service/log";
import type { Round } from "./observing";
import type { Act, Event, Plan, SetLabels } from "./plan";
import type { Servers } from "./servers/servers";

/** What the controller changes in Kubernetes; each fails when the object is no more the one that was read. */
export interface ClusterWriter {
    patchTopology: (
        data: Record<string, string | null>,
        read: ConfigMapObject,
    ) => Promise<ConfigMapObject>;
    patchDeclared: (data: Record<string, string>) => Promise<void>;
    patchLabels: (labels: Record<string, string | null>, read: PodObject) => Promise<PodObject>;
    deletePod: (pod: string, uid: string) => Promise<void>;
}

export interface Hands {
    readonly cluster: ClusterWriter;
    readonly servers: Servers;
    readonly log: Log;
    /** Asked before each act: who leads no more acts no more. */
    readonly mayAct: () => boolean;
    /** Tells what an act has done. */
    readonly tell: (event: Event) => void;
}

/**
 * Does a plan's acts in their order, as far as it goes. Acts next to each other on replicas that the rest doesn't lean on
 * are done at once, since a writer may be waiting for what comes after them.
 *
 * Gives how many were done.
 */
export async function act(plan: Plan, round: Round, hands: Hands): Promise<number> {
    const current = { topology: round.topology, pods: new Map(round.pods) };
    let done = 0;
    for (const group of inGroups(plan.acts)) {
        if (!hands.mayAct()) {
            break;
        }
        const outcomes = await Promise.all(group.map((each) => attempt(each, current, hands)));
        done += outcomes.filter(Boolean).length;
        if (group.some((each, index) => !("optional" in each) && outcomes[index] !== true)) {
            break;
        }
    }
    return done;
}

/** Optional acts in a row, each on another server, are one group; any other act is one by itself. */
export function inGroups(acts: readonly Act[]): Act[][] {
    const groups: Act[][] = [];
    for (const each of acts) {
        const last = groups.at(-1);
        const server = serverOf(each);
        const joins =
            server !== undefined &&
            last?.every((other) => {
                const busy = serverOf(other);
                return busy !== undefined && busy !== server;
            });
        if (joins === true) {
            last?.push(each);
        } else {
            groups.push([each]);
        }
    }
    return groups;
}

function serverOf(each: Act): string | undefined {
    return "optional" in each && "server" in each ? each.server.pod : undefined;
}

/** Whether it was done. */
async function attempt(each: Act, current: Current, hands: Hands): Promise<boolean> {
    const began = Date.now();
    const about = describeAct(each);
    try {
        await perform(each, current, hands);
        hands.log.info("act", { ...about, ms: Date.now() - began });
    } catch (error) {
        const ms = Date.now() - began;
        hands.log.warn("act failed", { ...about, ms, error: messageOf(error) });
        return false;
    }
    if (each.event !== undefined) {
        hands.tell(each.event);
    }
    return true;
}

interface Current {
    topology: ConfigMapObject;
    readonly pods: Map<string, PodObject>;
}

async function perform(each: Act, current: Current, { cluster, servers }: Hands): Promise<void> {
    if (each.kind === "writeTruth") {
        const data = truthData(each.truth, current.topology);
        current.topology = await cluster.patchTopology(data, current.topology);
    } else if (each.kind === "setLabels") {
        await setLabels(each, current, cluster);
    } else if (each.kind === "restartPod") {
        await cluster.deletePod(each.pod, each.uid);
    } else {
        await servers.perform(each);
    }
}

async function setLabels(
    { pod, uid, labels }: SetLabels,
    { pods }: Current,
    cluster: ClusterWriter,
): Promise<void> {
    const seen = pods.get(pod);
    if (seen?.metadata?.uid !== uid) {
        throw new Error(`${pod} is another Pod by now`);
    }
    pods.set(pod, await cluster.patchLabels(labelPatch(labels), seen));
}

/** What the log says of an act. */
function describeAct(each: Act): Record<string, unknown> {
    if (each.kind === "writeTruth") {
        const { version, term, primary, members, acks, acksSet, operation } = each.truth;
        return {
            kind: each.kind,
            ...{ version, term, acks, acksSet, operation: operation?.kind },
            primary: primary.pod,
            members: members.map(({ pod }) => pod).join(","),
        };
    }
    if (each.kind === "setLabels") {
        return { kind: each.kind, pod: each.pod, ...each.labels };
    }
    if (each.kind === "restartPod") {
        return { kind: each.kind, pod: each.pod };
    }
    return { ...each, pod: each.server.pod, server: undefined, event: undefined };
}

export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
