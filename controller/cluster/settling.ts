import type { Observation } from "../observation";
import { ordinalOf } from "../observation";
import type { Plan } from "../plan";
import type { Declared } from "./objects";

/**
 * What `pulumi up` waits for in the ConfigMap of what is declared, as far as it isn't there yet: `settled`, once the Pods
 * that are to go are spare and the switchover asked for is answered; and `answer`, what came of that.
 */
export function settlement(
    { token, settled, answer, wanted }: Declared,
    { truth, pods }: Observation,
    plan: Plan,
): Record<string, string> {
    const answered = truth?.answered;
    const text =
        answered === undefined
            ? undefined
            : `${answered.request} ${answered.done ? "done" : "refused"}: ${answered.why}`;
    const names = Object.keys(pods);
    const isSpare =
        plan.spareFrom <= wanted.pods || names.every((pod) => ordinalOf(pod) < wanted.pods);
    const request = wanted.primary?.request;
    // Before there are Pods nobody can answer, and there won't be any before this is settled.
    const isAnswered =
        request === undefined ||
        names.length === 0 ||
        (answered?.request === request && plan.state !== "Failed" && plan.state !== "Lost");
    const isSettled = isSpare && isAnswered;
    return {
        ...(text === undefined || text === answer ? {} : { answer: text }),
        ...(isSettled && settled !== token ? { settled: token } : {}),
    };
}
