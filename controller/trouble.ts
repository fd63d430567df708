import { heardWithin, seconds } from "./fitness";
import type { FailoverCause } from "./truth";
import { quorum } from "./truth";
import type { Server, View } from "./view";
import { appliedAll, isOpen, isPrimary, primaryLacks } from "./view";

export interface Trouble {
    readonly cause: FailoverCause;
    readonly why: string;
    /** Not for long enough, or not surely, so that nothing is done about it. */
    readonly unsure?: string;
}

/** What is wrong with the primary so that another must take its place. */
export function troubleOf(view: View): Trouble | undefined {
    return view.primary === undefined ? absence(view) : weakness(view, view.primary);
}

function absence(view: View): Trouble {
    const { truth, seen, settings } = view;
    const { pod } = truth.primary;
    const server = seen.servers[pod];
    if (seen.pods[pod] === undefined) {
        return { cause: "gone", why: `the Pod ${pod} is gone` };
    }
    if (server !== undefined && server.answer !== "silent") {
        return { cause: "gone", why: `${pod} has lost its data` };
    }
    const forMs = server?.forMs ?? Infinity;
    const why = Number.isFinite(forMs)
        ? `${pod} has not answered for ${seconds(forMs)}`
        : `${pod} doesn't answer`;
    const trouble: Trouble = { cause: "gone", why };
    const witness = others(view).find(
        ({ channel }) =>
            channel?.source === pod &&
            channel.receiving === "on" &&
            heardWithin(channel, settings.hearingMs),
    );
    if (witness !== undefined) {
        return { ...trouble, unsure: `${witness.pod} still receives from it` };
    }
    return forMs < settings.failoverAfterMs
        ? { ...trouble, unsure: `it is given ${seconds(settings.failoverAfterMs)}` }
        : trouble;
}

function weakness(view: View, primary: Server): Trouble | undefined {
    const { pod } = primary;
    if (isStuck(view, primary)) {
        return {
            cause: "stuck",
            why: `${pod} has not been able to commit for ${seconds(primary.stuckForMs ?? 0)}`,
        };
    }
    const ahead = others(view).find((each) => primaryLacks(view, each));
    if (!isOpen(primary) && appliedAll(primary) && ahead !== undefined) {
        return {
            cause: "behind",
            why: `${pod} has lost transactions that it made and ${ahead.pod} holds`,
        };
    }
    return isCutOff(view, primary)
        ? { cause: "cutOff", why: `no replica can reach ${pod}, so it can't confirm a commit` }
        : undefined;
}

export function isStuck({ settings }: View, { stuckForMs = 0 }: Server): boolean {
    return stuckForMs >= settings.stuckAfterMs;
}

/** It answers here, but the replicas don't hear it: its commits wait in vain. */
function isCutOff(view: View, primary: Server): boolean {
    const { truth, settings } = view;
    const deaf = others(view).filter(
        ({ channel }) =>
            channel?.source === primary.pod &&
            channel.receiving === "connecting" &&
            channel.heardAgoMs !== undefined &&
            !heardWithin(channel, settings.failoverAfterMs),
    );
    const connected = truth.members.some(({ uuid }) => primary.source.replicas.includes(uuid));
    return isOpen(primary) && truth.acks > 0 && !connected && deaf.length >= quorum(truth);
}

/** Members that answer, without the primary. */
export function others(view: View): Server[] {
    return view.serving.filter((each) => each.member !== undefined && !isPrimary(view, each));
}
