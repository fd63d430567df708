import assert from "node:assert/strict";
import type { Change } from "../simulation/world/cases";
import { lines, planFor } from "../simulation/world/cases";

/** A test of what is decided after this change to a healthy cluster: the state, the acts, a reason. */
export function plans(
    title: string,
    change: Change,
    state: string,
    acts: string[],
    reason?: RegExp,
) {
    it(title, () => {
        const plan = planFor(change);
        assert.deepEqual({ state: plan.state, acts: lines(plan) }, { state, acts });
        if (reason !== undefined) {
            assert.match(plan.reasons.join("\n"), reason);
        }
    });
}
