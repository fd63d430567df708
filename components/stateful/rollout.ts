import type { Judge } from "../declared";
import type { StatefulServiceArgs } from "./args";
import type * as k8s from "../kubernetes";

type UpdateStrategySpec = k8s.types.input.apps.v1.StatefulSetUpdateStrategy;
type Rollout = Pick<StatefulServiceArgs, "replicas" | "updateStrategy">;

export function updateStrategySpec({ updateStrategy }: Rollout): UpdateStrategySpec {
    if (updateStrategy?.type === "OnDelete") {
        return { type: "OnDelete" };
    }
    const { partition = 0, maxUnavailable } = updateStrategy ?? {};
    return { type: "RollingUpdate", rollingUpdate: { partition, maxUnavailable } };
}

/**
 * The annotation `pulumi.com/waitFor` of a StatefulSet whose Pods are not all given the template by Kubernetes. The
 * provider's own rule waits for all of them where some are kept back, and for none where someone else deletes them.
 * Undefined where that rule is right; it alone tells the Pods' reasons when the time is up.
 */
export function waitForAnnotation({ replicas, updateStrategy }: Rollout): string | undefined {
    if (updateStrategy?.type === "OnDelete") {
        return updateStrategy.waitForUpdate === true && replicas > 0
            ? JSON.stringify([
                  ...allReady(replicas),
                  `jsonpath={.status.updatedReplicas}=${replicas}`,
              ])
            : undefined;
    }
    const partition = updateStrategy?.partition ?? 0;
    if (partition === 0 || replicas === 0) {
        return undefined;
    }
    const wanted = replicas - partition;
    return JSON.stringify([
        ...allReady(replicas),
        // A Pod more may have the template than now asked for: raising the partition takes it from none.
        ...(wanted <= 0 ? [] : [`jsonpath={$.status[?${allHave} || ${moreHaveThan(wanted - 1)}]}`]),
    ]);
}

function allReady(replicas: number): string[] {
    return [
        `jsonpath={.status.replicas}=${replicas}`,
        `jsonpath={.status.readyReplicas}=${replicas}`,
    ];
}

const settled = "$.status.currentRevision == $.status.updateRevision";

/** No rollout is on its way, as when the template came back to what it was before the canary. */
const allHave = `${settled} && $.status.currentReplicas == $.spec.replicas`;

// Paths in this annotation know no other comparisons than ==, < and >. Gone back to, a template is that of most Pods
// from the first moment on, when the canary is still there.
function moreHaveThan(pods: number): string {
    return `!(${settled}) && $.status.updatedReplicas > ${pods}`;
}

/**
 * What to tell of an update strategy that the cluster has not taken whole. The API server drops the fields of features
 * that it has switched off, without a word to Pulumi.
 */
export function droppedWarning(asked: Rollout["updateStrategy"], kept: KeptStrategy) {
    return asked?.type === "RollingUpdate" &&
        asked.maxUnavailable !== undefined &&
        kept.rollingUpdate?.maxUnavailable === undefined
        ? "This cluster drops updateStrategy.maxUnavailable, its feature gate MaxUnavailableStatefulSet being off: " +
              "Pods are replaced one at a time"
        : undefined;
}

/** As the API server answers it. */
interface KeptStrategy {
    rollingUpdate?: { maxUnavailable?: number | string };
}

/** What the guard of the StatefulSet compares, beside the claims. */
export function declaredPolicy({
    podManagementPolicy = "Parallel",
}: Pick<StatefulServiceArgs, "podManagementPolicy">): Record<string, string> {
    return podManagementPolicy === "Parallel" ? {} : { podManagementPolicy };
}

/** Kubernetes can't change it, and the provider would only by another StatefulSet and no Pods in between. */
export const judgePolicyChange: Judge = () =>
    "bring the old value back, or let the StatefulSet go without its Pods, which the next one takes over: " +
    "`kubectl delete statefulset --cascade=orphan`, then `pulumi refresh`, then `pulumi up`";
