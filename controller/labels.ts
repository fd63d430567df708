import { unreadable } from "./fitness";
import type { Act } from "./plan";
import { setLabels } from "./make";
import type { Labels, PodSeen, ServerSeen } from "./observation";
import { noLabels } from "./observation";
import type { ServerId } from "./truth";
import { sameServer } from "./truth";
import type { View } from "./view";
import { isOpen, isPrimary } from "./view";

/** Labels say what a server is, and nothing of one that isn't fit for it. */
export function labelActs(view: View): Act[] {
    const wanted = Object.entries(view.seen.pods).map(
        ([pod, seen]) => [pod, seen, labelsOf(view, pod, seen)] as const,
    );
    const alone = !wanted.some(([, , { role, reads }]) => role === "replica" && reads);
    return wanted.flatMap(([pod, seen, { role, reads }]) =>
        change(view, pod, seen, {
            role,
            reads: reads || (role === "primary" && alone && readsWhenAlone(view)),
        }),
    );
}

/**
 * Around the opening of the primary: it stops being a replica before, and gets its role after. Set again where it has it
 * already, since the rest of the plan leaves labels that are set here alone.
 */
export function primaryLabels(view: View, pod: string): { before: Act[]; after: Act[] } {
    const seen = view.seen.pods[pod];
    if (seen === undefined) {
        return { before: [], after: [] };
    }
    const reads = seen.labels.role === "primary" && seen.labels.reads && readsWhenAlone(view);
    return {
        before: seen.labels.role === "replica" ? [setLabels(view, pod, seen, noLabels)] : [],
        after: [setLabels(view, pod, seen, { role: "primary", reads })],
    };
}

function readsWhenAlone({ settings }: View): boolean {
    return settings.readsFromPrimary === "whenAlone";
}

function labelsOf(view: View, pod: string, seenPod: PodSeen): Labels {
    const server = view.serving.find((each) => each.pod === pod);
    if (server === undefined) {
        return labelsOfSilent(view, pod, seenPod, view.seen.servers[pod]);
    }
    if (isPrimary(view, server)) {
        const holds = isOpen(server) && !isToBeStopped(view);
        return holds ? { role: "primary", reads: false } : noLabels;
    }
    return unreadable(view, server) === undefined && !isAboutToBePrimary(view, server)
        ? { role: "replica", reads: true }
        : noLabels;
}

/** The primary keeps its role while readers are kept from its successor. */
function isToBeStopped(view: View): boolean {
    const { operation } = view.truth;
    return (
        operation?.kind === "failover" ||
        (operation !== undefined && !isRead(view, operation.to.pod))
    );
}

function isAboutToBePrimary({ truth }: View, server: ServerId): boolean {
    return truth.operation?.kind === "switchover" && sameServer(truth.operation.to, server);
}

/** Whether readers may still be sent to a Pod that is to be the primary; one that reads are wanted from is one already. */
export function isRead({ seen, settings }: View, pod: string): boolean {
    const seenPod = seen.pods[pod];
    return (
        seenPod !== undefined &&
        seenPod.labels.role !== "primary" &&
        (seenPod.labels.reads || seenPod.readsForMs < settings.drainMs)
    );
}

/** Whether readers are surely sent to a Pod: others may go. */
export function servesReaders({ seen, settings }: View, pod: string): boolean {
    const seenPod = seen.pods[pod];
    return seenPod?.labels.reads === true && seenPod.readsForMs >= settings.drainMs;
}

/**
 * A Pod that doesn't answer here may answer its clients: its own readiness probe tells. It keeps its label while that can be
 * right.
 */
function labelsOfSilent(
    { truth, primary, settings }: View,
    pod: string,
    { labels, deleting }: PodSeen,
    server: ServerSeen | undefined,
): Labels {
    if (server?.answer === "empty") {
        return noLabels;
    }
    if (labels.role === "primary") {
        return pod === truth.primary.pod && truth.operation === undefined ? labels : noLabels;
    }
    const forMs = server?.answer === "silent" ? server.forMs : Infinity;
    const isolated = primary === undefined;
    return deleting || (!isolated && forMs > settings.lagBoundMs) ? noLabels : labels;
}

function change(view: View, pod: string, seen: PodSeen, wanted: Labels): Act[] {
    const { role, reads } = seen.labels;
    return role === wanted.role && reads === wanted.reads
        ? []
        : [setLabels(view, pod, seen, wanted)];
}

/** In the order in which they do no harm: what is taken away first. */
export function takingFirst(acts: readonly Act[]): { taking: Act[]; giving: Act[] } {
    const takes = (act: Act) =>
        act.kind === "setLabels" && act.labels.role === undefined && !act.labels.reads;
    return { taking: acts.filter(takes), giving: acts.filter((act) => !takes(act)) };
}
