import { formatGtidSet, includes, isEmpty, subtract } from "./gtid";
import {
    fence,
    freeze,
    note,
    planOf,
    startApplier,
    unlabelPrimaries,
    warn,
    writeTruth,
} from "./make";
import type { Act, Plan } from "./plan";
import type { Trouble } from "./trouble";
import { others } from "./trouble";
import type { Failover, FailoverCause } from "./truth";
import { quorum, withPrimary } from "./truth";
import type { Server, View } from "./view";
import { appliedAll, idOf, inRange, primaryLacks, rightful } from "./view";

/**
 * Failover in three steps, each decided from what is seen after the one before:
 *
 * 1. the truth says so, and every member that answers is frozen: none acknowledges any more
 * 2. when so many are frozen that each confirmed transaction is on one of them, the most advanced applies what it holds
 * 3. the truth says that this one is the primary; opening it is `opening.ts`
 *
 * The old primary can't confirm a commit meanwhile: fewer members than it waits for are left to it.
 */
export function beginFailover(view: View, { cause, why }: Trouble): Plan {
    const { truth, nowMs } = view;
    const voters = votersOf(view, cause);
    if (voters.length < quorum(truth)) {
        return lost(view, [why, tooFew(view, voters)]);
    }
    const operation: Failover = { kind: "failover", cause, sinceMs: nowMs, why };
    const version = truth.version + 1;
    return planOf(view, {
        state: "Failed",
        reasons: [why],
        acts: [
            writeTruth(truth, { operation }, warn("FailoverStarted", why)),
            ...unlabelPrimaries(view),
            ...others(view).map((each) => freeze(view, each, version)),
            ...(view.primary === undefined ? [] : [fence(view, view.primary, version)]),
        ],
    });
}

export function goOnWithFailover(view: View, operation: Failover): Plan {
    const { truth, primary } = view;
    const { cause, why } = operation;
    if (primary !== undefined && isOver(view, cause)) {
        return planOf(view, {
            state: "Failed",
            reasons: [`${primary.pod} is back`],
            acts: [
                writeTruth(
                    truth,
                    { operation: undefined },
                    note("FailoverCancelled", `${primary.pod} is back before another took over`),
                ),
            ],
        });
    }
    const voters = votersOf(view, cause);
    if (voters.length < quorum(truth)) {
        return lost(view, [why, tooFew(view, voters)]);
    }
    const closing = closeAll(view);
    const frozen = voters.filter((each) => isFrozen(view, each));
    if (frozen.length < quorum(truth)) {
        return failed(view, [why, "stopping what the members receive"], closing);
    }
    return elect(view, operation, frozen, closing);
}

/** Also when it was only seen so: a server was asked before another one was opened, and the rest after. */
function isOver(view: View, cause: FailoverCause): boolean {
    return (
        cause === "gone" ||
        (cause === "behind" && !others(view).some((each) => primaryLacks(view, each)))
    );
}

function elect(view: View, { why }: Failover, frozen: readonly Server[], closing: Act[]): Plan {
    const { truth } = view;
    const candidates = frozen.filter(
        (each) =>
            each.member?.errant === undefined &&
            frozen.every((other) => includes(each.has, rightful(other))),
    );
    const able = candidates.filter(
        (each) => appliedAll(each) || each.channel === undefined || each.channel.applyError === 0,
    );
    const best = [...able].sort((one, other) => demerits(view, one) - demerits(view, other))[0];
    if (best === undefined) {
        const names = (candidates.length > 0 ? candidates : frozen)
            .map(({ pod }) => pod)
            .join(", ");
        return lost(view, [
            why,
            candidates.length > 0
                ? `${names} can't apply the newest transactions, which it has received: its log says more`
                : `${names} have gone different ways: ${differences(frozen)}`,
        ]);
    }
    if (!appliedAll(best)) {
        const start = best.channel?.applying === true ? [] : [startApplier(view, best)];
        return failed(
            view,
            [why, `waiting for ${best.pod} to apply what it has received`],
            [...closing, ...start],
        );
    }
    const message = `${best.pod} is the primary in place of ${truth.primary.pod}: ${why}`;
    return failed(
        view,
        [why],
        [
            ...unlabelPrimaries(view),
            writeTruth(
                truth,
                {
                    ...withPrimary(truth, idOf(best)),
                    members: truth.members.map((member) =>
                        member === best.member ? { ...idOf(best) } : member,
                    ),
                },
                warn("Failover", message),
            ),
        ],
    );
}

/** What each holds that another lacks. */
function differences(servers: readonly Server[]): string {
    return servers
        .flatMap((one) =>
            servers.flatMap((other) => {
                const lacking = subtract(rightful(one), other.has);
                return isEmpty(lacking)
                    ? []
                    : [`${other.pod} lacks ${formatGtidSet(lacking)} of ${one.pod}`];
            }),
        )
        .join(", ");
}

/** Those whose word counts. A primary that can't commit may hold more than it could confirm: it is no candidate. */
function votersOf(view: View, cause: FailoverCause): Server[] {
    const primary = cause === "behind" && view.primary !== undefined ? [view.primary] : [];
    return [...others(view), ...primary];
}

function isFrozen({ truth }: View, { fence, superReadOnly, channel }: Server): boolean {
    return (
        fence >= truth.version &&
        superReadOnly &&
        (channel === undefined || channel.receiving === "off")
    );
}

/** Stops every member that isn't frozen, and whatever takes writes. */
function closeAll(view: View): Act[] {
    const { truth } = view;
    return [
        ...unlabelPrimaries(view),
        ...view.serving
            .filter(
                (each) =>
                    !each.superReadOnly ||
                    (each.pod === truth.primary.pod && each.fence < truth.version),
            )
            .map((each) => fence(view, each)),
        ...view.serving
            .filter((each) => each.member !== undefined && !isFrozen(view, each))
            .map((each) => freeze(view, each)),
    ];
}

/** Where all hold the same, one that stays and isn't restarted soon. */
function demerits(view: View, { pod, member, seenPod, executed, has }: Server): number {
    return (
        (includes(executed, has) ? 0 : 16) +
        (seenPod === undefined || seenPod.deleting ? 8 : 0) +
        (inRange(view, pod) ? 0 : 4) +
        (member?.leaving === undefined ? 0 : 2) +
        (seenPod?.outdated === true ? 1 : 0)
    );
}

function tooFew({ truth }: View, voters: readonly Server[]): string {
    const names = voters.map(({ pod }) => pod).join(", ");
    const missing = truth.members
        .filter(({ pod, uuid }) => !voters.some((each) => each.pod === pod && each.uuid === uuid))
        .map(({ pod }) => pod)
        .join(", ");
    return (
        `${quorum(truth)} of ${truth.members.length} members are needed to be sure that no confirmed commit ` +
        `is lost, and ${names === "" ? "none answers" : `only ${names} answers`}: bring back ${missing}`
    );
}

function failed(view: View, reasons: readonly string[], acts: readonly Act[]): Plan {
    return planOf(view, { state: "Failed", reasons, acts });
}

function lost(view: View, reasons: readonly string[]): Plan {
    return planOf(view, { state: "Lost", reasons });
}
