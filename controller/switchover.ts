import { includes } from "./gtid";
import type { Unfit } from "./fitness";
import { brokenBy, seconds, successors, unfit } from "./fitness";
import { fence, note, planOf, unlabelPrimaries, warn, writeTruth } from "./make";
import { isRead } from "./labels";
import type { Plan } from "./plan";
import { beginFailover } from "./failover";
import { troubleOf } from "./trouble";
import type { Answer, Switchover } from "./truth";
import { quorum, sameServer, withPrimary } from "./truth";
import { others } from "./trouble";
import type { Server, View } from "./view";
import { idOf, inRange, isOpen } from "./view";
import { ordinalOf } from "./observation";

/** A switchover that is due: to whom, or what it waits for, or why it is refused. */
export type Wish =
    | { readonly kind: "to"; readonly to: Server; readonly why: string; readonly request?: string }
    | { readonly kind: "wait"; readonly why: string }
    | { readonly kind: "answer"; readonly answer: Answer };

/** Called when the primary is open. */
export function wishOf(view: View, primary: Server): Wish | undefined {
    const { truth, seen } = view;
    const [successor] = successors(view);
    const away = primary.seenPod?.deleting === true ? "its Pod is being deleted" : undefined;
    const why = inRange(view, primary.pod) ? away : "it is to be scaled away";
    if (why !== undefined) {
        return successor === undefined
            ? { kind: "wait", why: `no replica is fit to follow ${primary.pod}, though ${why}` }
            : { kind: "to", to: successor, why: `${primary.pod} gives up its role: ${why}` };
    }
    const asked = seen.wanted.primary;
    return asked === undefined || asked.request === truth.answered?.request
        ? undefined
        : judge(view, primary, asked.pod, asked.request);
}

function judge(view: View, primary: Server, pod: string, request: string): Wish {
    const { seen, settings } = view;
    const answer = (done: boolean, why: string): Wish => ({
        kind: "answer",
        answer: { request, done, why },
    });
    if (pod === primary.pod) {
        return answer(true, `${pod} is the primary`);
    }
    if (pod !== `${settings.cluster}-${ordinalOf(pod)}` || !inRange(view, pod)) {
        return answer(
            false,
            `${pod} can't be the primary: the Pods are ${settings.cluster}-0 to ${settings.cluster}-${seen.wanted.pods - 1}`,
        );
    }
    const server = view.serving.find((each) => each.pod === pod);
    const cause = server === undefined ? undefined : unready(view, server);
    if (cause !== undefined && !cause.passing) {
        return answer(false, `${pod} can't be the primary: ${cause.why}`);
    }
    if (server === undefined || cause !== undefined) {
        const reason = cause?.why ?? "it doesn't answer";
        return { kind: "wait", why: `waiting for ${pod} before it becomes the primary: ${reason}` };
    }
    return { kind: "to", to: server, why: `${pod} was asked for`, request };
}

function unready(view: View, server: Server): Unfit | undefined {
    const lagMs = server.channel?.lagMs ?? 0;
    return (
        unfit(view, server) ??
        (server.member === undefined || server.member.leaving !== undefined
            ? { why: "it doesn't acknowledge commits yet", passing: true }
            : lagMs > view.settings.switchoverLagMs
              ? { why: `it is ${seconds(lagMs)} behind`, passing: true }
              : undefined)
    );
}

export function beginSwitchover(view: View, primary: Server, wish: Wish & { kind: "to" }): Plan {
    const { truth, nowMs } = view;
    const { to, why, request } = wish;
    const operation: Switchover = {
        kind: "switchover",
        to: idOf(to),
        sinceMs: nowMs,
        why,
        ...(request === undefined ? {} : { request }),
    };
    const what = `from ${primary.pod} to ${to.pod}: ${why}`;
    return planOf(view, {
        state: "Degraded",
        reasons: [`switching over ${what}`],
        acts: [writeTruth(truth, { operation }, note("SwitchoverStarted", what))],
    });
}

export function goOnWithSwitchover(view: View, operation: Switchover): Plan {
    const { truth, primary, nowMs, settings } = view;
    const { to, why, request } = operation;
    const target = view.serving.find((each) => sameServer(each, to));
    if (primary === undefined) {
        const trouble = troubleOf(view);
        const able = others(view).length >= quorum(truth);
        return trouble !== undefined && trouble.unsure === undefined && able
            ? beginFailover(view, trouble)
            : planOf(view, {
                  state: "Failed",
                  reasons: [trouble?.unsure ?? `waiting for ${truth.primary.pod}`],
              });
    }
    const frozen = primary.superReadOnly && primary.fence >= truth.version;
    if (frozen && target?.member !== undefined && includes(target.executed, primary.has)) {
        const message = `${to.pod} is the primary in place of ${primary.pod}: ${why}`;
        return planOf(view, {
            state: "Degraded",
            reasons: [message],
            acts: [
                ...unlabelPrimaries(view),
                writeTruth(
                    truth,
                    { ...withPrimary(truth, to), ...answered(request, true, message) },
                    note("Switchover", message),
                ),
            ],
        });
    }
    const obstacle = obstacleTo(view, operation, target);
    if (obstacle !== undefined) {
        const message = `the switchover to ${to.pod} is given up, ${primary.pod} goes on: ${obstacle}`;
        return planOf(view, {
            state: isOpen(primary) ? "Degraded" : "Failed",
            reasons: [message],
            acts: [
                writeTruth(
                    truth,
                    { operation: undefined, ...answered(request, false, message) },
                    warn("SwitchoverGivenUp", message),
                ),
            ],
        });
    }
    if (isOpen(primary) && isRead(view, to.pod)) {
        // Writers wait for none of this: the old primary is stopped after it.
        return planOf(view, {
            state: "Degraded",
            reasons: [`waiting until no readers come to ${to.pod} any more`],
        });
    }
    return planOf(view, {
        state: "Degraded",
        reasons: [
            frozen
                ? `waiting for ${to.pod} to have all that ${primary.pod} holds, for ${seconds(nowMs - operation.sinceMs)} of ${seconds(settings.switchoverTimeoutMs)}`
                : `stopping the writes on ${primary.pod}`,
        ],
        acts: frozen ? [] : [...unlabelPrimaries(view), fence(view, primary)],
    });
}

function obstacleTo(
    view: View,
    { to, sinceMs }: Switchover,
    target: Server | undefined,
): string | undefined {
    const { nowMs, settings } = view;
    if (nowMs - sinceMs >= settings.switchoverTimeoutMs) {
        return `it took longer than ${seconds(settings.switchoverTimeoutMs)}`;
    }
    if (target === undefined) {
        const seen = view.seen.servers[to.pod];
        const gone = view.seen.pods[to.pod] === undefined || seen?.answer !== "silent";
        return gone ? `${to.pod} is gone` : undefined;
    }
    return brokenBy(view, target);
}

function answered(request: string | undefined, done: boolean, why: string): { answered?: Answer } {
    return request === undefined ? {} : { answered: { request, done, why } };
}
