import * as state from "@pulumi/pulumi/runtime/state";

/** What the SDK knows of a run, keeps to itself and does not declare. */
interface Store {
    readonly terminated: boolean;
    readonly leakCandidates: Set<Promise<unknown>>;
}

/** That of the run in which it is called. */
export const { getStore } = state as unknown as { getStore: () => Store };
