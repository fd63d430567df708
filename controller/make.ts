import type { Act, Event, Plan, State } from "./plan";
import type { Server, View } from "./view";
import { idOf } from "./view";
import type { Truth } from "./truth";
import { changed } from "./truth";
import { ordinalOf } from "./observation";

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

export function writeTruth(truth: Truth, change: Partial<Truth>): Act {
    return { kind: "writeTruth", truth: changed(truth, change), replaces: truth.version };
}

/** Takes the role away from every Pod that has it and isn't the one named. */
export function unlabelPrimaries({ seen }: View, except?: string): Act[] {
    return Object.entries(seen.pods).flatMap(([pod, { uid, labels }]): Act[] =>
        labels.role === "primary" && pod !== except
            ? [{ kind: "setLabels", pod, uid, labels: { role: undefined, reads: false } }]
            : [],
    );
}

export interface Draft {
    readonly state: State;
    readonly reasons?: readonly string[];
    readonly acts?: readonly Act[];
    readonly events?: readonly Event[];
}

export function planOf(
    { truth, seen }: View,
    { state, reasons = [], acts = [], events = [] }: Draft,
): Plan {
    const highest = Math.max(...truth.members.map(({ pod }) => ordinalOf(pod)));
    return { state, reasons, acts, events, spareFrom: Math.max(highest + 1, seen.wanted.pods) };
}

export function note(reason: string, message: string): Event {
    return { type: "Normal", reason, message };
}

export function warn(reason: string, message: string): Event {
    return { type: "Warning", reason, message };
}
