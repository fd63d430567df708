import { formatGtidSet, includes, isEmpty } from "./gtid";
import type { Channel } from "./observation";
import type { Server, View } from "./view";
import { appliedAll, errantOn, inRange, isPrimary, strangeTo } from "./view";
import { sameServer } from "./truth";

/** Why a server can't do something. */
export interface Unfit {
    readonly why: string;
    /** It is on its way, and nobody needs to do anything. */
    readonly passing: boolean;
}

/** A relay log that can't be read (13121) is among them: what it held is fetched with the rest. */
const unreadableRelayLog = 13121;

/** The source has deleted binary logs, or holds less than the replica. 13114 is what a replica makes of 1236. */
const fatalReceiveErrors = new Set([1236, 13114]);

/** The replica's data is not what its source's was: missing rows, duplicates, missing or present objects. */
const brokenDataErrors = new Set([
    1007,
    1008,
    1032,
    1050,
    1051,
    1054,
    1062,
    1091,
    1146,
    1396,
    1535,
    1677,
    13146,
    unreadableRelayLog,
]);

/** Whether reads from this server are right and fresh, wherever it gets its data from. */
export function unreadable(view: View, server: Server): Unfit | undefined {
    const { channel, seenPod } = server;
    const { lagBoundMs } = view.settings;
    if (seenPod === undefined || seenPod.deleting) {
        return { why: "its Pod is being deleted", passing: true };
    }
    if (server.pod === view.truth.primary.pod) {
        const why = isPrimary(view, server)
            ? "it is the primary"
            : "it has lost the primary's data";
        return { why, passing: false };
    }
    if (!server.superReadOnly) {
        return { why: "it isn't read-only yet", passing: true };
    }
    if (isToBeRebuilt(view, server)) {
        return { why: "its data is to be copied anew", passing: true };
    }
    const errant = errantOn(view, server);
    if (!isEmpty(errant)) {
        return { why: `it has errant transactions ${formatGtidSet(errant)}`, passing: false };
    }
    if (server.member?.errant !== undefined) {
        return { why: `it has errant transactions ${server.member.errant}`, passing: false };
    }
    if (channel === undefined) {
        return { why: "it doesn't replicate yet", passing: true };
    }
    const broken = brokenBy(view, server);
    if (broken !== undefined) {
        return { why: broken, passing: false };
    }
    if (!channel.applying && !(channel.applyError === 0 && appliedAll(server))) {
        const error = channel.applyError === 0 ? "" : ` after error ${channel.applyError}`;
        return { why: `its applier has stopped${error}`, passing: channel.applyError === 0 };
    }
    if (channel.lagMs > lagBoundMs) {
        return { why: `it is ${seconds(channel.lagMs)} behind`, passing: true };
    }
    if (!seenPod.labels.reads && (server.appliedAgeMs ?? Infinity) > lagBoundMs) {
        return { why: "it has not caught up yet", passing: true };
    }
    // One that is cut off has a connection for seconds more. One that has just connected hears its source in a moment.
    const { receiving, heardAgoMs = receiving === "on" ? 0 : Infinity } = channel;
    if (heardAgoMs > lagBoundMs) {
        return { why: "it is cut off from its source", passing: true };
    }
    return undefined;
}

/** Whether it is a replica of the present primary as it should be: fit to become a member, or the primary. */
export function unfit(view: View, server: Server): Unfit | undefined {
    const { channel } = server;
    const cause = unreadable(view, server);
    if (cause !== undefined) {
        return cause;
    }
    if (!inRange(view, server.pod)) {
        return { why: "it is to be scaled away", passing: false };
    }
    const strange = strangeTo(view, server);
    if (!isEmpty(strange)) {
        return {
            why: `it has received ${formatGtidSet(strange)}, which ${view.truth.primary.pod} doesn't have`,
            passing: true,
        };
    }
    if (channel?.source !== view.truth.primary.pod) {
        return { why: `it doesn't follow ${view.truth.primary.pod} yet`, passing: true };
    }
    if (channel.receiving !== "on") {
        const error = channel.receiveError === 0 ? "" : ` (error ${channel.receiveError})`;
        return { why: `it isn't connected to ${view.truth.primary.pod}${error}`, passing: true };
    }
    if (!channel.applying) {
        return { why: "its applier doesn't run yet", passing: true };
    }
    return undefined;
}

/** What keeps a replica from ever going on with the data it has. */
export function brokenBy(view: View, server: Server): string | undefined {
    const { primary, truth } = view;
    const { channel } = server;
    if (channel !== undefined && !channel.applying && brokenDataErrors.has(channel.applyError)) {
        return `its data differs from its source's: error ${channel.applyError}`;
    }
    if (primary !== undefined && !includes(server.has, primary.purged)) {
        return `${primary.pod} has deleted binary logs that it needs`;
    }
    if (
        channel?.receiving === "off" &&
        channel.source === truth.primary.pod &&
        fatalReceiveErrors.has(channel.receiveError)
    ) {
        return `it can't go on from ${channel.source}: error ${channel.receiveError}`;
    }
    return undefined;
}

export function isToBeRebuilt({ truth }: View, server: Server): boolean {
    return truth.rebuilds.some((each) => sameServer(each, server));
}

export function heardWithin({ heardAgoMs }: Channel, boundMs: number): boolean {
    return heardAgoMs !== undefined && heardAgoMs <= boundMs;
}

/** Replicas that may take over from the primary within a moment, the best first. */
export function successors(view: View): Server[] {
    return view.serving
        .filter(
            (each) =>
                each.member !== undefined &&
                each.member.leaving === undefined &&
                (each.channel?.lagMs ?? 0) <= view.settings.switchoverLagMs &&
                unfit(view, each) === undefined,
        )
        .sort(
            (one, other) =>
                Number(one.seenPod?.outdated) - Number(other.seenPod?.outdated) ||
                (one.channel?.lagMs ?? 0) - (other.channel?.lagMs ?? 0),
        );
}

export function seconds(ms: number): string {
    return `${Math.round(ms / 1000)} s`;
}
