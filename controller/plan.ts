import type { Labels } from "./observation";
import type { ServerId, Truth } from "./truth";

/**
 * What to do, in this order, stopping at the first act that fails unless it is optional. Every act is safe to repeat and
 * the controller may die between any two: what comes next is decided from what is seen then.
 */
export type Act =
    | WriteTruth
    | SetLabels
    | ServerAct<"fence">
    | ServerAct<"freeze">
    | ServerAct<"startApplier">
    | ServerAct<"detach">
    | (ServerAct<"setSource"> & { readonly acks: number })
    | (ServerAct<"open"> & { readonly acks: number })
    | (ServerAct<"follow"> & { readonly source: string; readonly acknowledge: boolean })
    | (ServerAct<"setAcknowledge"> & { readonly on: boolean })
    | RestartPod;

interface Telling {
    /** Told as soon as the act is done, and not when it failed. */
    readonly event?: Event;
}

/** Refused by the API server unless the truth still has the version `replaces`. */
export interface WriteTruth extends Telling {
    readonly kind: "writeTruth";
    readonly truth: Truth;
    readonly replaces: number;
    readonly event: Event;
}

/** Refused by the API server when the Pod is another than the one that was seen, or has been changed since. */
export interface SetLabels extends Telling {
    readonly kind: "setLabels";
    readonly pod: string;
    readonly uid: string;
    readonly labels: Labels;
}

/**
 * An act on a server; it is refused by one with another UUID, or with a fence above `version`, and raises the fence.
 *
 * - fence: super_read_only on, then end the connections of applications, whose commits must not be confirmed any more
 * - freeze: stop the receiver, leave the applier
 * - startApplier: let it apply what it has received
 * - detach: RESET REPLICA ALL, once all that was received is applied
 * - setSource: source side of semi-sync on with that wait count, or off with 0
 * - open: read_only off, refused unless it waits for that many acknowledgements: it may have restarted since it was told
 * - follow: receive from that Pod; source side of semi-sync off. Refused when something received and not applied would be
 *   thrown away
 * - setAcknowledge: replica side of semi-sync, with a new connection to the source
 */
export interface ServerAct<Kind extends string> extends Telling {
    readonly kind: Kind;
    readonly server: ServerId;
    readonly version: number;
    /** The rest of the plan is right without it too. */
    readonly optional?: true;
}

/** Deletes the Pod with that uid; its StatefulSet makes it anew. */
export interface RestartPod extends Telling {
    readonly kind: "restartPod";
    readonly pod: string;
    readonly uid: string;
    readonly optional?: true;
}

/**
 * - Healthy: the primary takes writes and every declared Pod is a fit replica
 * - Degraded: the primary takes writes, something else is missing
 * - Failed: nobody takes writes, and there is a way on
 * - Lost: nobody takes writes, and what is there doesn't suffice to be sure; nothing is done
 * - Incomplete: there is no primary yet
 */
export type State = "Healthy" | "Degraded" | "Failed" | "Lost" | "Incomplete";

export interface Plan {
    readonly state: State;
    /** Why it isn't Healthy, and what is waited for or refused. */
    readonly reasons: readonly string[];
    readonly acts: readonly Act[];
    /** Pods that may be scaled away now: all those from this ordinal on are of no use to the cluster. */
    readonly spareFrom: number;
}

export interface Event {
    readonly type: "Normal" | "Warning";
    readonly reason: string;
    readonly message: string;
    /** It may come again and again, as what lasts or flaps does: the same words are told once a minute. */
    readonly recurs?: true;
}
