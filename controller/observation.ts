import type { GtidSet } from "./gtid";
import type { Truth } from "./truth";

/**
 * What a controller sees in one round. It is read in this order: the truth, what is wanted, the Pods, then the server
 * that the truth calls primary, then the others. Several rules lean on this: what a replica says is never older than
 * what the primary said, and no server's answer is older than the truth.
 */
export interface Observation {
    /** Undefined when there is none yet; a truth that can't be read is no observation at all. */
    readonly truth: Truth | undefined;
    readonly wanted: Wanted;
    /** Those that exist, by name. A Pod that isn't here runs nowhere. */
    readonly pods: Readonly<Record<string, PodSeen>>;
    /** By the name of the Pod; a Pod without an entry is silent since ever. */
    readonly servers: Readonly<Record<string, ServerSeen>>;
}

/** What the stack declares. */
export interface Wanted {
    /** How many Pods there are to be: ordinals from 0 on. */
    readonly pods: number;
    /** A switchover asked for. Each request is answered once, so it never happens later, by surprise. */
    readonly primary?: { readonly pod: string; readonly request: string };
}

export interface PodSeen {
    readonly uid: string;
    readonly ready: boolean;
    /** It has a deletion timestamp. */
    readonly deleting: boolean;
    /** Its template is older than the StatefulSet's. */
    readonly outdated: boolean;
    readonly labels: Labels;
    /** What a container of it waits for, in Kubernetes' words: an image that can't be had, a restart that is put off. */
    readonly waitsFor?: string;
    /** How long this controller has seen it with, or without, the label that sends readers there. */
    readonly readsForMs: number;
}

/** `role` says what the server is; `reads` is what the read Service selects by. */
export interface Labels {
    readonly role: Role | undefined;
    readonly reads: boolean;
}

export type Role = "primary" | "replica";

export const noLabels: Labels = { role: undefined, reads: false };

export type ServerSeen = SilentServer | EmptyServer | ServingServer;

/** No answer to a query: refused, timed out, starting, frozen, out of reach. */
export interface SilentServer {
    readonly answer: "silent";
    readonly forMs: number;
}

/** `prepare` answers for a Pod without data, and says so. */
export interface EmptyServer {
    readonly answer: "empty";
    /** The Pod it copies now, and how far it has come. */
    readonly copying?: { readonly donor: string; readonly percent: number };
}

export interface ServingServer {
    readonly answer: "serving";
    /** server_uuid: a server that lost its data, or copied it anew, has another. */
    readonly uuid: string;
    /** The highest version of the truth that an act on this server was decided on; it obeys no older one. */
    readonly fence: number;
    readonly readOnly: boolean;
    readonly superReadOnly: boolean;
    readonly executed: GtidSet;
    readonly purged: GtidSet;
    readonly source: SourceSide;
    /** Whether it acknowledges, as a semi-synchronous replica, what it receives. */
    readonly acknowledges: boolean;
    readonly channel?: Channel;
    /** How old the newest state of the primary is that it has applied; undefined when none is known. */
    readonly appliedAgeMs?: number;
    /** The same of what it has received. */
    readonly receivedAgeMs?: number;
    /** How long commits have been stuck for a reason of its own, such as a full disk. */
    readonly stuckForMs?: number;
    /** Copies that this server is the donor of, now. */
    readonly copies?: number;
}

export interface SourceSide {
    /** How many acknowledgements a commit waits for; 0 means that semi-sync is off. */
    readonly waitsFor: number;
    /** server_uuid of each replica that is connected. */
    readonly replicas: readonly string[];
}

/** The replication channel; it exists from CHANGE REPLICATION SOURCE to RESET REPLICA ALL. */
export interface Channel {
    /** The Pod it receives from. */
    readonly source: string;
    readonly receiving: "on" | "connecting" | "off";
    readonly applying: boolean;
    readonly receiveError: number;
    readonly applyError: number;
    /** Durable: it outlives a restart of the server. */
    readonly retrieved: GtidSet;
    readonly lagMs: number;
    /** Since the last heartbeat or transaction; undefined when it never heard its source. */
    readonly heardAgoMs?: number;
}

export function ordinalOf(pod: string): number {
    return Number(pod.slice(pod.lastIndexOf("-") + 1));
}
