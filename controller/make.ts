import type { Act, Event, Plan, SetLabels, State } from "./plan";
import type { Server, View } from "./view";
import { idOf } from "./view";
import type { Truth } from "./truth";
import { changed } from "./truth";
import type { Labels, PodSeen } from "./observation";
import { noLabels, ordinalOf } from "./observation";

/** Short forms for the acts of a plan. */
export function fence({ truth }: View, server: Server, version = truth.version): Act {
    return { kind: "fence", server: idOf(server), version, optional: true };
}

export function freeze({ truth }: View, server: Server, version = truth.version): Act {
    return { kind: "freeze", server: idOf(server), version, optional: true };
}

export function startApplier({ truth }: View, server: Server): Act {
    return {
        kind: "startApplier",
        server: idOf(server),
        version: truth.version,
        optional: true,
    };
}

export function follow({ truth }: View, server: Server, acknowledge: boolean): Act {
    return {
        kind: "follow",
        server: idOf(server),
        version: truth.version,
        source: truth.primary.pod,
        acknowledge,
        optional: true,
    };
}

export function setAcknowledge({ truth }: View, server: Server, on: boolean): Act {
    return {
        kind: "setAcknowledge",
        server: idOf(server),
        version: truth.version,
        on,
        optional: true,
    };
}

export function writeTruth(truth: Truth, change: Partial<Truth>, event: Event): Act {
    return { kind: "writeTruth", truth: changed(truth, change), replaces: truth.version, event };
}

/** An Event tells of another role, and not of `reads`, which the primary gets and loses as its replicas come and go. */
export function setLabels(
    { truth }: View,
    pod: string,
    { uid, labels: { role: before } }: PodSeen,
    labels: Labels,
): SetLabels {
    const { role } = labels;
    const what = role === undefined ? `is no ${before} any more` : `has the role ${role} now`;
    const event: Event = { ...note("Role", `${pod} ${what} (term ${truth.term})`), recurs: true };
    return { kind: "setLabels", pod, uid, labels, ...(role === before ? {} : { event }) };
}

/** Takes the role away from every Pod that has it and isn't the one named. */
export function unlabelPrimaries(view: View, except?: string): Act[] {
    return Object.entries(view.seen.pods).flatMap(([pod, seen]) =>
        seen.labels.role === "primary" && pod !== except
            ? [setLabels(view, pod, seen, noLabels)]
            : [],
    );
}

export interface Draft {
    readonly state: State;
    readonly reasons?: readonly string[];
    readonly acts?: readonly Act[];
}

export function planOf({ truth, seen }: View, { state, reasons = [], acts = [] }: Draft): Plan {
    const highest = Math.max(...truth.members.map(({ pod }) => ordinalOf(pod)));
    return { state, reasons, acts, spareFrom: Math.max(highest + 1, seen.wanted.pods) };
}

export function note(reason: string, message: string): Event {
    return { type: "Normal", reason, message };
}

export function warn(reason: string, message: string): Event {
    return { type: "Warning", reason, message };
}
