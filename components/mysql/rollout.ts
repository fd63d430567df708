import type { Declared, DeclaredChange, NameOf } from "../declared";
import type { FullArgs } from "./withDefaults";
import { versionOf } from "./version";

/** What the guard of rollouts compares. */
export function declaredRollout({ image, version, pods }: FullArgs): Declared {
    const series = versionOf(image, version);
    return {
        image: series === undefined ? "" : `${series.major}.${series.minor}`,
        pods: String(pods),
    };
}

/**
 * A copy works between servers of one series only, and a rollout begins with the highest Pod: a new one of the new
 * series would wait for ever for a Pod to copy, and the rollout for it.
 */
export function judgeRollout(nameOf: NameOf) {
    return (
        { field, from, to }: DeclaredChange,
        all: readonly DeclaredChange[],
    ): string | undefined =>
        field === "pods" && Number(to) > Number(from) && all.some((each) => each.field === "image")
            ? `bring the old value back and raise it once all Pods run the new series of ${nameOf("image")}: a new Pod can't copy the data of another series`
            : undefined;
}
