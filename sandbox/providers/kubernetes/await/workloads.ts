// When a StatefulSet, a Deployment and a DaemonSet have done what they were told
// (read in pulumi-kubernetes provider/pkg/await/{statefulset,deployment,daemonset}.go, v4.34).
import { at, numberAt, objectAt, objectsAt, textAt, type JsonObject } from "../../plugin/json";
import { annotationOf, isOwnedBy, nameOf } from "../objects";
import { conditionOf, isTrue, labelSelectorOf, POD, podTroubles } from "./pods";
import {
    DONE,
    pending,
    type AwaitRule,
    type Related,
    type Snapshot,
    type Verdict,
} from "./verdict";

const REVISION = "deployment.kubernetes.io/revision";

function count(object: JsonObject, ...path: string[]): number {
    return numberAt(object, ...path) ?? 0;
}

/** Status fields speak of the spec we sent only once the controller has seen that generation. */
function isObserved(object: JsonObject): boolean {
    const generation = count(object, "metadata", "generation");
    return generation > 0 && count(object, "status", "observedGeneration") >= generation;
}

function podsOf(object: JsonObject): Related {
    return { kind: POD, labelSelector: labelSelectorOf(objectAt(object, "spec", "selector")) };
}

function judgeStatefulSet({ object, related }: Snapshot): Verdict {
    const wanted = numberAt(object, "spec", "replicas") ?? 1;
    const ready = count(object, "status", "readyReplicas");
    const current = textAt(object, "status", "currentRevision");
    const update = textAt(object, "status", "updateRevision");
    const isUpdate = count(object, "metadata", "generation") > 1;
    const onDelete = textAt(object, "spec", "updateStrategy", "type") === "OnDelete";
    const replicasReady =
        isObserved(object) &&
        count(object, "status", "replicas") === wanted &&
        ready === wanted &&
        ((isUpdate && onDelete) || count(object, "status", "currentReplicas") === wanted);
    const revisionReady =
        isObserved(object) && ((isUpdate && onDelete) || (current !== "" && current === update));
    if (replicasReady && revisionReady) return DONE;

    // During a roll-out a ready Pod of the old revision is no progress.
    const counted = revisionReady
        ? ready
        : Math.min(ready, count(object, "status", "updatedReplicas"));
    const progress = `(${counted}/${wanted} Pods ready)`;
    const status = !isUpdate
        ? `[1/2] Waiting for StatefulSet to create Pods ${progress}`
        : replicasReady
          ? "[2/3] Waiting for StatefulSet to update .status.currentRevision"
          : `[1/3] Waiting for StatefulSet update to roll out ${progress}`;
    const reasons: string[] = [];
    if (!replicasReady) {
        reasons.push(`${counted} out of ${wanted} replicas succeeded readiness checks`);
    }
    if (!revisionReady) {
        reasons.push(
            "StatefulSet controller failed to advance from revision " +
                `${JSON.stringify(current)} to revision ${JSON.stringify(update)}`,
        );
    }
    const pods = (related["pods"] ?? []).filter((pod) => isOwnedBy(pod, object));
    return pending(status, [...reasons, ...podTroubles(pods)]);
}

export const statefulSetRule: AwaitRule = {
    onRead: true,
    related: (object) => ({ pods: podsOf(object) }),
    judge: judgeStatefulSet,
};

function claimNames(deployment: JsonObject): string[] {
    return objectsAt(deployment, "spec", "template", "spec", "volumes")
        .map((volume) => textAt(volume, "persistentVolumeClaim", "claimName"))
        .filter((name) => name !== "");
}

function judgeDeployment({ object, previous, related }: Snapshot): Verdict {
    const revision = annotationOf(object, REVISION);
    const replicaSet = (related["replicaSets"] ?? []).find(
        (each) => isOwnedBy(each, object) && annotationOf(each, REVISION) === revision,
    );
    const wanted = numberAt(replicaSet, "spec", "replicas") ?? 1;
    const ready = numberAt(replicaSet, "status", "readyReplicas") ?? 0;
    const unbound = (related["claims"] ?? [])
        .filter((claim) => claimNames(object).includes(nameOf(claim)))
        .filter((claim) => textAt(claim, "status", "phase") !== "Bound")
        .map(nameOf);
    const available = conditionOf(object, "Available");
    const progressing = conditionOf(object, "Progressing");
    const rolledOut =
        isTrue(progressing) && textAt(progressing, "reason") === "NewReplicaSetAvailable";
    const isFirst = revision === "1";
    const replicaSetReady = revision !== "" && replicaSet !== undefined && ready >= wanted;
    if (
        isObserved(object) &&
        isTrue(available) &&
        replicaSetReady &&
        (isFirst || rolledOut) &&
        unbound.length === 0
    ) {
        return DONE;
    }

    const reasons = [progressing, available]
        .filter((condition) => condition !== undefined && !isTrue(condition))
        .map((condition) => `[${textAt(condition, "reason")}] ${textAt(condition, "message")}`);
    if (unbound.length > 0) {
        reasons.push(
            `Failed to bind PersistentVolumeClaim(s): ${JSON.stringify(unbound.join(","))}`,
        );
    }
    if (!isTrue(available)) {
        reasons.push("Minimum number of live Pods was not attained");
    } else if (!replicaSetReady || !rolledOut) {
        reasons.push(
            isFirst || previous === undefined
                ? "Minimum number of Pods to consider the application live was not attained"
                : "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live",
        );
    }
    const pods = (related["pods"] ?? []).filter((pod) => isOwnedBy(pod, replicaSet));
    return pending(
        `Waiting for app ReplicaSet to be available (${ready}/${wanted} Pods available)`,
        [...reasons, ...podTroubles(pods)],
    );
}

export const deploymentRule: AwaitRule = {
    onRead: true,
    related: (object) => ({
        pods: podsOf(object),
        replicaSets: {
            kind: { apiVersion: "apps/v1", kind: "ReplicaSet" },
            labelSelector: labelSelectorOf(objectAt(object, "spec", "selector")),
        },
        ...(claimNames(object).length === 0
            ? {}
            : { claims: { kind: { apiVersion: "v1", kind: "PersistentVolumeClaim" } } }),
    }),
    judge: judgeDeployment,
};

function judgeDaemonSet({ object, related }: Snapshot): Verdict {
    const wanted = count(object, "status", "desiredNumberScheduled");
    const ready = count(object, "status", "numberReady");
    const updated = count(object, "status", "updatedNumberScheduled");
    const rolling = textAt(object, "spec", "updateStrategy", "type") !== "OnDelete";
    const settled =
        isObserved(object) &&
        at(object, "status", "desiredNumberScheduled") !== undefined &&
        ready >= wanted &&
        (!rolling || updated >= wanted);
    if (settled) return DONE;
    const progress = `${Math.min(ready, rolling ? updated : ready)}/${wanted} Pods ready`;
    const pods = (related["pods"] ?? []).filter((pod) => isOwnedBy(pod, object));
    return pending(`Waiting for DaemonSet to roll out (${progress})`, [
        `DaemonSet is not ready: ${progress}`,
        ...podTroubles(pods),
    ]);
}

export const daemonSetRule: AwaitRule = {
    onRead: true,
    related: (object) => ({ pods: podsOf(object) }),
    judge: judgeDaemonSet,
};
