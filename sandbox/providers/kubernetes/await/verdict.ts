// The vocabulary of waiting: what a rule looks at and what it says. Rules are pure functions of a snapshot;
// waiting.ts watches the cluster and asks them again whenever something has moved.
import type { JsonObject } from "../../plugin/json";
import type { Kind } from "../objects";

/** Objects beside the awaited one that a rule wants to see. */
export interface Related {
    kind: Kind;
    labelSelector?: string;
    fieldSelector?: string;
}

export interface Snapshot {
    /** The awaited object as it is now. */
    object: JsonObject;
    /** The same object before the update that is being awaited; undefined after a creation or a refresh. */
    previous?: JsonObject;
    related: Record<string, JsonObject[]>;
    /** Milliseconds since the last change of a related object; undefined before the first one. */
    quietMs?: number;
}

export interface Pending {
    done: false;
    /** One calm line for whoever watches. */
    status: string;
    /** Why it is not there yet, in detail: the error's lines when time runs out. */
    reasons: string[];
    /** It will never get there: no use in waiting for the timeout. */
    failed?: boolean;
    /** Judge again after this time even if nothing moves. */
    recheckMs?: number;
}

export type Verdict = { done: true } | Pending;

export interface AwaitRule {
    related?(object: JsonObject): Record<string, Related>;
    judge(snapshot: Snapshot): Verdict;
    /** Waiting ends after this many seconds, unless the resource says otherwise. */
    timeoutSeconds?: number;
    /** False: a refresh does not judge this kind. */
    onRead?: boolean;
    /** What is said when time runs out, in place of the object's name, the reasons and the events. */
    lateMessage?: string;
}

export const DONE: Verdict = { done: true };

export function pending(
    status: string,
    reasons: string[] = [],
    more: Partial<Pending> = {},
): Pending {
    return { done: false, status, reasons, ...more };
}
