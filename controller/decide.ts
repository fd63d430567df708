import { bootstrap } from "./bootstrap";
import { beginFailover, goOnWithFailover } from "./failover";
import { unfit } from "./fitness";
import { labelActs, takingFirst } from "./labels";
import { note, planOf, warn, writeTruth } from "./make";
import type { Change } from "./membership";
import { membershipChange } from "./membership";
import type { Observation } from "./observation";
import { openPrimary, sourceActs } from "./opening";
import type { Act, Plan } from "./plan";
import { followActs } from "./replication";
import type { Settings } from "./settings";
import { beginSwitchover, goOnWithSwitchover, wishOf } from "./switchover";
import { troubleOf } from "./trouble";
import { donorsChange, nextRestart, rebuildActs, rebuildChange } from "./upkeep";
import type { Server, View } from "./view";
import { inRange, isOpen, viewOf, wantedAcks } from "./view";

/** What to do about what was seen. Pure: the same observation always gives the same plan. */
export function decide(seen: Observation, settings: Settings, nowMs: number): Plan {
    if (seen.truth === undefined) {
        return bootstrap(seen, settings, nowMs);
    }
    const view = viewOf(seen, seen.truth, settings, nowMs);
    const plan = decideByTruth(view);
    return plan.state === "Lost" ? plan : withLabels(view, plan);
}

function decideByTruth(view: View): Plan {
    const { operation } = view.truth;
    if (operation?.kind === "failover") {
        return goOnWithFailover(view, operation);
    }
    if (operation?.kind === "switchover") {
        return goOnWithSwitchover(view, operation);
    }
    const trouble = troubleOf(view);
    if (trouble?.unsure !== undefined) {
        return planOf(view, { state: "Failed", reasons: [trouble.why, trouble.unsure] });
    }
    if (trouble !== undefined) {
        return beginFailover(view, trouble);
    }
    const { primary } = view;
    if (primary === undefined) {
        throw new Error("a primary that doesn't answer is in trouble");
    }
    return isOpen(primary) ? keepUp(view, primary) : openPrimary(view, primary);
}

/** The primary takes writes: everything else is brought to where it belongs, one change of the truth at a time. */
function keepUp(view: View, primary: Server): Plan {
    const wish = wishOf(view, primary);
    if (wish?.kind === "to") {
        return beginSwitchover(view, primary, wish);
    }
    const restart = nextRestart(view, primary);
    const settled =
        membershipChange(view, primary) ?? rebuildChange(view) ?? donorsChange(view, primary);
    if (restart?.kind === "switchover" && settled === undefined) {
        return beginSwitchover(view, primary, { ...restart, kind: "to" });
    }
    const acts: Act[] = [
        ...sourceActs(view, primary),
        ...followActs(view, primary),
        ...rebuildActs(view),
    ];
    const change: Change | undefined =
        wish?.kind === "answer"
            ? { change: { answered: wish.answer }, why: wish.answer.why }
            : settled;
    if (change !== undefined) {
        const refused = wish?.kind === "answer" && !wish.answer.done;
        const { why } = change;
        const event = refused ? warn("Refused", why) : note("TruthChanged", why);
        acts.push(writeTruth(view.truth, change.change, event));
    } else if (restart?.kind === "act" && acts.every(isOptional)) {
        acts.push(restart.act);
    }
    const reasons = [
        ...(wish?.kind === "wait" ? [wish.why] : []),
        ...(wish?.kind === "answer" && !wish.answer.done ? [wish.answer.why] : []),
        ...(restart === undefined ? [] : [restart.why]),
        ...shortcomings(view),
    ];
    return planOf(view, {
        state: reasons.length === 0 && acts.length === 0 ? "Healthy" : "Degraded",
        reasons,
        acts,
    });
}

function isOptional(act: Act): boolean {
    return "optional" in act;
}

/** Why the cluster is less than what is declared. */
function shortcomings(view: View): string[] {
    const { truth, seen, settings } = view;
    const pods = Array.from({ length: seen.wanted.pods }, (_, n) => `${settings.cluster}-${n}`);
    const missing = pods
        .filter((pod) => pod !== truth.primary.pod)
        .flatMap((pod) => {
            const server = view.serving.find((each) => each.pod === pod);
            if (server === undefined) {
                const answer = seen.servers[pod];
                const copying = answer?.answer === "empty" ? answer.copying : undefined;
                if (copying !== undefined) {
                    return [`${pod} copies ${copying.donor}, ${copying.percent} %`];
                }
                const what = answer?.answer === "empty" ? "has no data yet" : "doesn't answer";
                const waitsFor = seen.pods[pod]?.waitsFor;
                return [`${pod} ${what}${waitsFor === undefined ? "" : ` (${waitsFor})`}`];
            }
            const cause = unfit(view, server);
            return cause === undefined ? [] : [`${pod}: ${cause.why}`];
        });
    const surplus = truth.members
        .filter(({ pod, uuid, errant }) => {
            const stays = view.serving.some((each) => each.pod === pod && each.uuid === uuid);
            return errant === undefined && !(inRange(view, pod) && stays);
        })
        .map(({ pod, uuid }) => `${pod} (${uuid}) may hold what others lack, and still counts`);
    const target = wantedAcks(seen.wanted.pods, seen.wanted.pods);
    const acks =
        truth.acks === target
            ? []
            : [`a confirmed commit is on ${truth.acks + 1} servers, to become ${target + 1}`];
    return [...missing, ...surplus, ...acks];
}

/** Labels are taken away before anything else happens and given after everything has. */
function withLabels(view: View, plan: Plan): Plan {
    const handled = new Set(
        plan.acts.flatMap((act) => (act.kind === "setLabels" ? [act.pod] : [])),
    );
    // What the truth is about to be, so that nobody gets a role that is on its way elsewhere.
    const next = plan.acts.flatMap((act) => (act.kind === "writeTruth" ? [act.truth] : []))[0];
    const labels = labelActs({ ...view, truth: next ?? view.truth }).filter(
        (act) => act.kind !== "setLabels" || !handled.has(act.pod),
    );
    const { taking, giving } = takingFirst(labels);
    // A new primary gets its label when it is opened, and the others theirs when they follow it.
    const elected = next !== undefined && next.term !== view.truth.term;
    const acts = [...taking, ...plan.acts, ...(elected ? [] : giving)];
    return {
        ...plan,
        acts,
        state: plan.state === "Healthy" && labels.length > 0 ? "Degraded" : plan.state,
    };
}
