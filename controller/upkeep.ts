import { brokenBy, isToBeRebuilt, successors, unfit } from "./fitness";
import { formatGtidSet, isEmpty } from "./gtid";
import { servesReaders } from "./labels";
import { note } from "./make";
import type { Change } from "./membership";
import type { Act } from "./plan";
import type { Rebuild, ServerId, Truth } from "./truth";
import type { Server, View } from "./view";
import { errantOn, idOf, inRange, isPrimary } from "./view";

/** Servers that can't go on with the data they have, one at a time: thrown away and copied anew. Called when the primary is open. */
export function rebuildChange(view: View): Change | undefined {
    const { truth } = view;
    const pending = truth.rebuilds.filter((each) => {
        const server = view.seen.servers[each.pod];
        const replaced = server?.answer === "serving" && server.uuid !== each.uuid;
        return inRange(view, each.pod) && !replaced && each.pod !== truth.primary.pod;
    });
    if (pending.length < truth.rebuilds.length) {
        return { change: { rebuilds: pending }, why: "a copy is complete, or needed no more" };
    }
    if (pending.length > 0) {
        return undefined;
    }
    for (const server of view.serving) {
        const reason = reasonToRebuild(view, server);
        if (reason !== undefined) {
            return {
                change: { rebuilds: [{ ...idOf(server), ...reason }] },
                why: `${server.pod} is to be copied anew: ${reason.why}`,
            };
        }
    }
    return undefined;
}

function reasonToRebuild(view: View, server: Server): Omit<Rebuild, keyof ServerId> | undefined {
    if (isPrimary(view, server) || !inRange(view, server.pod) || (server.copies ?? 0) > 0) {
        return undefined;
    }
    const errant = errantOn(view, server);
    if (isEmpty(errant)) {
        const why = brokenBy(view, server);
        return why === undefined ? undefined : { why };
    }
    // A server that takes writes may make more of them.
    return server.superReadOnly && view.settings.rebuildErrant
        ? { why: "it has errant transactions", errant: formatGtidSet(errant) }
        : undefined;
}

/** Has the Pod begin anew, which saves what is errant and throws the data away. */
export function rebuildActs(view: View): Act[] {
    return view.serving.flatMap((server): Act[] => {
        const { seenPod, pod } = server;
        return isToBeRebuilt(view, server) &&
            seenPod?.deleting === false &&
            !isPrimary(view, server)
            ? [{ kind: "restartPod", pod, uid: seenPod.uid, optional: true }]
            : [];
    });
}

/** Which Pod a Pod without data copies: a tree, in which each is copied once at a time, and the primary only when it must. */
export function donorsChange(view: View, primary: Server): Change | undefined {
    const { truth, seen } = view;
    const donors: Record<string, string> = {};
    const idle: string[] = [];
    for (const [pod, server] of Object.entries(seen.servers)) {
        if (server.answer === "empty" && inRange(view, pod)) {
            if (server.copying === undefined) {
                idle.push(pod);
            } else {
                donors[pod] = server.copying.donor;
            }
        }
    }
    const fit = view.serving.filter(
        (each) => !isPrimary(view, each) && unfit(view, each) === undefined,
    );
    const able = fit.length > 0 ? fit : [primary];
    const isFree = ({ pod }: Server) => !Object.values(donors).includes(pod);
    // Those that were told whom to copy come first: they may be about to.
    for (const pod of idle) {
        const told = able.find((each) => each.pod === truth.donors[pod] && isFree(each));
        if (told !== undefined) {
            donors[pod] = told.pod;
        }
    }
    for (const pod of idle) {
        const free = able.find((each) => isFree(each) && (each.copies ?? 0) === 0);
        if (donors[pod] === undefined && free !== undefined) {
            donors[pod] = free.pod;
        }
    }
    return sameDonors(donors, truth.donors)
        ? undefined
        : {
              change: { donors },
              why:
                  Object.entries(donors)
                      .map(([pod, donor]) => `${pod} copies ${donor}`)
                      .join(", ") || "no Pod is to copy another",
          };
}

function sameDonors(one: Truth["donors"], other: Truth["donors"]): boolean {
    return (
        Object.keys(one).length === Object.keys(other).length &&
        Object.entries(one).every(([pod, donor]) => other[pod] === donor)
    );
}

/** What to do next so that every Pod gets the StatefulSet's present template. */
export type Restart =
    | { readonly kind: "act"; readonly act: Act; readonly why: string }
    | { readonly kind: "switchover"; readonly to: Server; readonly why: string }
    | { readonly kind: "wait"; readonly why: string };

/**
 * Replicas first, one at a time and the highest ordinal first, each when all the others are fit; then the primary hands
 * over to one that is done, and is the last.
 */
export function nextRestart(view: View, primary: Server): Restart | undefined {
    const { seen } = view;
    const outdated = Object.entries(seen.pods)
        .filter(([pod, each]) => each.outdated && !each.deleting && inRange(view, pod))
        .map(([pod, { uid }]) => ({ pod, uid }))
        .reverse();
    if (outdated.length === 0) {
        return undefined;
    }
    const replicas = Array.from(
        { length: seen.wanted.pods },
        (_, ordinal) => `${view.settings.cluster}-${ordinal}`,
    ).filter((pod) => pod !== primary.pod);
    const unfitPods = replicas.filter((pod) => {
        const server = view.serving.find((each) => each.pod === pod);
        return (
            server?.member === undefined ||
            unfit(view, server) !== undefined ||
            !servesReaders(view, pod)
        );
    });
    const restart = ({ pod, uid }: { pod: string; uid: string }): Restart => {
        const why = `${pod} is started anew with the present template`;
        const event = note("Restart", why);
        return { kind: "act", act: { kind: "restartPod", pod, uid, event }, why };
    };
    const next = outdated.find(({ pod }) => pod !== primary.pod);
    if (next !== undefined) {
        const harmed = unfitPods.filter((pod) => pod !== next.pod);
        const useless = outdated.find(({ pod }) => unfitPods.includes(pod) && isUseless(view, pod));
        if (useless !== undefined) {
            return restart(useless);
        }
        return harmed.length === 0
            ? restart(next)
            : { kind: "wait", why: `${next.pod} is restarted once ${harmed.join(", ")} is fit` };
    }
    if (replicas.length === 0) {
        return restart({ pod: primary.pod, uid: primary.seenPod?.uid ?? "" });
    }
    const [to] = successors(view);
    return to === undefined || unfitPods.length > 0
        ? { kind: "wait", why: `${primary.pod} is restarted once ${unfitPods.join(", ")} is fit` }
        : { kind: "switchover", to, why: `${primary.pod} is to be started anew` };
}

/** It neither serves nor copies: its old template may be why. */
function isUseless({ seen }: View, pod: string): boolean {
    const server = seen.servers[pod];
    return seen.pods[pod]?.ready === false && (server === undefined || server.answer === "silent");
}
