import type { Declared, DeclaredChange, NameOf } from "../declared";
import type { FullArgs } from "./withDefaults";
import { versionOf } from "./version";

/** What the guard of rollouts compares. */
export function declaredRollout({ image, version, pods, primary }: FullArgs): Declared {
    const series = versionOf(image, version);
    return {
        image: series === undefined ? "" : `${series.major}.${series.minor}`,
        pods: String(pods),
        ...(primary === undefined ? {} : { primary: String(primary) }),
    };
}

/**
 * Two changes that wait for each other are refused together.
 *
 * - A copy works between servers of one series only, and a rollout begins with the highest Pod: a new one of the new
 *   series would wait for ever for a Pod to copy, and the rollout for it.
 * - A switchover comes before there are more Pods: it would wait for a Pod that comes after it.
 */
export function judgeRollout(nameOf: NameOf) {
    return (
        { field, from, to }: DeclaredChange,
        all: readonly DeclaredChange[],
    ): string | undefined => {
        if (field === "pods") {
            return Number(to) > Number(from) && all.some((each) => each.field === "image")
                ? `bring the old value back and raise it once all Pods run the new series of ${nameOf("image")}: a new Pod can't copy the data of another series`
                : undefined;
        }
        const before = all.find((each) => each.field === "pods")?.from;
        return field === "primary" && to !== undefined && Number(to) >= Number(before)
            ? `bring the old value back and set it once ${nameOf("pods")} has been raised: the new Pod copies the data first`
            : undefined;
    };
}
