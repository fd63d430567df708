import { fence, note, planOf, startApplier, unlabelPrimaries, writeTruth } from "./make";
import { membershipChange } from "./membership";
import type { Act, Plan } from "./plan";
import { followActs } from "./replication";
import { isStuck, others } from "./trouble";
import { donorsChange } from "./upkeep";
import type { Server, View } from "./view";
import { appliedAll, idOf } from "./view";
import { isRead, primaryLabels } from "./labels";

/**
 * Makes the server that the truth calls primary take writes, after an election, a switchover or its own restart: all the
 * same, since every server boots read-only.
 *
 * It waits for as many members as its commits would have to wait for.
 */
export function openPrimary(view: View, primary: Server): Plan {
    const { truth } = view;
    const { pod } = primary;
    const near = others(view);
    if (near.length < truth.acks) {
        // A server whose data was lost can come to be one of them; one that was scaled away needn't.
        const change = membershipChange(view, primary) ?? donorsChange(view, primary);
        const answers = near.map((each) => each.pod).join(", ");
        return planOf(view, {
            state: "Failed",
            reasons: [
                `${pod} is there and takes no writes yet: they would wait for ${truth.acks} other members, and ` +
                    (answers === "" ? "none answers" : `only ${answers} answers`),
            ],
            acts: [
                ...followActs(view, primary),
                ...(change === undefined
                    ? []
                    : [writeTruth(truth, change.change, note("TruthChanged", change.why))]),
            ],
        });
    }
    if (!appliedAll(primary)) {
        return planOf(view, {
            state: "Failed",
            reasons: [`waiting for ${pod} to apply what it has received`],
            acts: primary.channel?.applying === true ? [] : [startApplier(view, primary)],
        });
    }
    // One that is stuck can't be closed before it has room. It confirms nothing: nobody is left who acknowledges.
    const writable = view.serving.filter(
        (each) => each.pod !== pod && !each.superReadOnly && !isStuck(view, each),
    );
    if (writable.length > 0) {
        return planOf(view, {
            state: "Failed",
            reasons: [`stopping the writes on ${writable.map((each) => each.pod).join(", ")}`],
            acts: [...unlabelPrimaries(view, pod), ...writable.map((each) => fence(view, each))],
        });
    }
    const labels = primaryLabels(view, pod);
    // A server that was a source takes up to a second to stop being one: writers needn't wait for it.
    const late = view.serving.filter((each) => each.source.waitsFor > 0).map((each) => each.pod);
    const isLate = (act: Act) => "server" in act && late.includes(act.server.pod);
    const follow = followActs(view, primary);
    const before = [
        ...unlabelPrimaries(view, pod),
        ...labels.before,
        ...sourceActs(view, primary),
        ...follow.filter((act) => !isLate(act)),
    ];
    if (isRead(view, pod)) {
        return planOf(view, {
            state: "Failed",
            reasons: [`waiting until no readers come to ${pod} any more, then it takes writes`],
            acts: [...before, ...follow.filter(isLate)],
        });
    }
    const open: Act = {
        kind: "open",
        server: idOf(primary),
        version: truth.version,
        acks: truth.acksSet,
        event: note("Opened", `${pod} takes writes (term ${truth.term})`),
    };
    return planOf(view, {
        state: "Failed",
        reasons: [`${pod} is about to take writes`],
        acts: [...before, open, ...labels.after, ...follow.filter(isLate)],
    });
}

/** What makes a server a source, before it is opened and while it is. */
export function sourceActs({ truth }: View, primary: Server): Act[] {
    const about = { server: idOf(primary), version: truth.version };
    const stale = truth.acksSet > truth.acks && primary.fence < truth.version;
    return [
        ...(primary.channel === undefined ? [] : [{ kind: "detach", ...about } as const]),
        ...(primary.source.waitsFor === truth.acksSet && !stale
            ? []
            : [{ kind: "setSource", ...about, acks: truth.acksSet } as const]),
    ];
}
