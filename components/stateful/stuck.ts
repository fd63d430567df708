import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/**
 * With OrderedReady Kubernetes waits for a Pod that isn't ready before it does anything else, even where the template
 * that would make it ready is there (https://github.com/kubernetes/kubernetes/issues/67250). What it does do is take
 * that Pod away when there are to be fewer.
 */
export function refuseStuckUpdate(name: string): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `StatefulService ${name}: Pod that blocks`,
        ({ oldInputs, newInputs, oldOutputs }) => {
            const message = stuckProblem(
                { inputs: oldInputs, outputs: oldOutputs },
                { inputs: newInputs },
            );
            if (message !== undefined) {
                throw new Error(message);
            }
        },
        { onDryRun: true },
    );
}

/** What to do instead of waiting in vain, or undefined where there is hope. */
export function stuckProblem(
    before: { inputs: unknown; outputs: unknown },
    after: { inputs: unknown },
): string | undefined {
    const policy = at(after.inputs, "spec", "podManagementPolicy");
    const [wanted, next] = [before, after].map(({ inputs }) =>
        numberAt(inputs, "spec", "replicas"),
    );
    const ready = numberAt(before.outputs, "status", "readyReplicas") ?? 0;
    const sameTemplate = isDeepStrictEqual(
        at(before.inputs, "spec", "template"),
        at(after.inputs, "spec", "template"),
    );
    if (
        policy !== "OrderedReady" ||
        at(before.outputs, "status") === undefined ||
        wanted === undefined ||
        next === undefined ||
        ready >= wanted ||
        next < wanted ||
        sameTemplate
    ) {
        return undefined;
    }
    const index = blockingPod(before.outputs, wanted);
    const start = numberAt(before.inputs, "spec", "ordinals", "start") ?? 0;
    const pod = `${String(at(before.inputs, "metadata", "name"))}-${start + index}`;
    return (
        `Pod ${pod} is not ready, and with podManagementPolicy OrderedReady Kubernetes gives no Pod the new ` +
        `template before it is. Set replicas to ${index} together with the new template and run \`pulumi up\`, ` +
        `which takes the Pod away and leaves its claims; then set replicas to ${next} again. Should the Pod be ` +
        "by now, run `pulumi refresh` first"
    );
}

/** Counted from the first Pod: the last one that was made, or the last one that a rollout has come to. */
function blockingPod(outputs: unknown, wanted: number): number {
    const made = numberAt(outputs, "status", "replicas") ?? 0;
    const updated = numberAt(outputs, "status", "updatedReplicas") ?? 0;
    const isRollout =
        at(outputs, "status", "currentRevision") !== at(outputs, "status", "updateRevision");
    return Math.max(0, made === wanted && isRollout ? wanted - updated : made - 1);
}

function numberAt(value: unknown, ...path: string[]): number | undefined {
    const found = at(value, ...path);
    return typeof found === "number" ? found : undefined;
}

function at(value: unknown, ...path: string[]): unknown {
    return path.reduce<unknown>(
        (found, key) =>
            typeof found === "object" && found !== null
                ? (found as Record<string, unknown>)[key]
                : undefined,
        value,
    );
}
