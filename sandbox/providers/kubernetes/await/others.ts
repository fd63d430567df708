// When a Job, a Service, a claim and a volume have done what they were told
// (read in pulumi-kubernetes provider/pkg/await/{job,service,awaiters}.go, v4.34).
import { at, numberAt, objectAt, objectsAt, textAt } from "../../plugin/json";
import { displayName, isOwnedBy, nameOf } from "../objects";
import { conditionOf, isTrue, labelSelectorOf, POD, podTroubles } from "./pods";
import { DONE, pending, type AwaitRule, type Snapshot, type Verdict } from "./verdict";

/** A Service counts as settled when its endpoints have kept still this long. */
const ENDPOINTS_SETTLE_MS = 10_000;

function judgeJob({ object, related }: Snapshot): Verdict {
    if (isTrue(conditionOf(object, "Complete"))) return DONE;
    const pods = (related["pods"] ?? []).filter((pod) => isOwnedBy(pod, object));
    const failure = conditionOf(object, "Failed");
    const reason = textAt(failure, "reason");
    const name = JSON.stringify(displayName(object));
    const counts = ["Active", "Succeeded", "Failed"]
        .map((each) => `${each}: ${numberAt(object, "status", each.toLowerCase()) ?? 0}`)
        .join(" | ");
    const started = at(object, "status", "startTime") !== undefined;
    const status = started
        ? `Waiting for Job ${name} to succeed (${counts})`
        : `Waiting for Job ${name} to start`;
    if (isTrue(failure) && ["BackoffLimitExceeded", "DeadlineExceeded"].includes(reason)) {
        const message = `[${reason}] ${textAt(failure, "message")}`;
        return pending(status, [message, ...podTroubles(pods)], { failed: true });
    }
    return pending(status, podTroubles(pods));
}

export const jobRule: AwaitRule = {
    onRead: true,
    related: (object) => ({
        pods: { kind: POD, labelSelector: labelSelectorOf(objectAt(object, "spec", "selector")) },
    }),
    judge: judgeJob,
};

function judgeService({ object, related, quietMs }: Snapshot): Verdict {
    const type = textAt(object, "spec", "type") || "ClusterIP";
    const isBalancer = type === "LoadBalancer";
    const allocated =
        !isBalancer || objectsAt(object, "status", "loadBalancer", "ingress").length > 0;
    const selector = objectAt(object, "spec", "selector") ?? {};
    const waitsForPods =
        type !== "ExternalName" &&
        textAt(object, "spec", "clusterIP") !== "None" &&
        Object.keys(selector).length > 0;
    const address =
        "Service was not allocated an IP address; does your cloud provider support this?";
    if (!waitsForPods) {
        return allocated
            ? DONE
            : pending("[2/3] Attempting to allocate IP address to Service", [address]);
    }

    const subsets = (related["endpoints"] ?? []).flatMap((each) => objectsAt(each, "subsets"));
    const anyReady = subsets.some((subset) => objectsAt(subset, "addresses").length > 0);
    const anyPending = subsets.some((subset) => objectsAt(subset, "notReadyAddresses").length > 0);
    const settled = quietMs !== undefined && quietMs >= ENDPOINTS_SETTLE_MS;
    if (allocated && settled && !anyPending) return DONE;
    const reasons: string[] = [];
    if (!anyReady) {
        reasons.push(
            "Service does not target any Pods. Selected Pods may not be ready, or " +
                "field '.spec.selector' may not match labels on any Pods",
        );
    }
    if (!allocated) reasons.push(address);
    const status =
        settled && anyReady
            ? "[2/3] Attempting to allocate IP address to Service"
            : "[1/3] Finding Pods to direct traffic to";
    const recheckMs = quietMs !== undefined && !settled ? ENDPOINTS_SETTLE_MS - quietMs : undefined;
    return pending(status, reasons, { recheckMs });
}

export const serviceRule: AwaitRule = {
    onRead: true,
    related: (object) => ({
        endpoints: {
            kind: { apiVersion: "v1", kind: "Endpoints" },
            fieldSelector: `metadata.name=${nameOf(object)}`,
        },
    }),
    judge: judgeService,
};

function judgeClaim({ object, related, previous }: Snapshot): Verdict {
    const phase = textAt(object, "status", "phase");
    const [storageClass] = related["storageClass"] ?? [];
    const mode = textAt(storageClass, "volumeBindingMode");
    // A class that binds at first use leaves a claim pending: that is as ready as it gets. The official plugin
    // takes nothing else for ready at a creation, not even a claim that is bound already.
    const wanted = mode === "WaitForFirstConsumer" ? "Pending" : "Bound";
    if (phase === wanted || (previous !== undefined && phase === "Bound")) return DONE;
    const className = textAt(object, "spec", "storageClassName");
    const reasons = [`PersistentVolumeClaim is ${phase || "not seen yet"}, not ${wanted}`];
    if (className !== "" && storageClass === undefined) {
        reasons.push(`storage class ${JSON.stringify(className)} does not exist`);
    }
    return pending(`Waiting for PersistentVolumeClaim to be ${wanted}`, reasons);
}

export const claimRule: AwaitRule = {
    timeoutSeconds: 300,
    related: (object) => ({
        storageClass: {
            kind: { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" },
            fieldSelector: `metadata.name=${textAt(object, "spec", "storageClassName")}`,
        },
    }),
    judge: judgeClaim,
};

export const volumeRule: AwaitRule = {
    timeoutSeconds: 300,
    judge({ object }) {
        const phase = textAt(object, "status", "phase");
        if (phase === "Available" || phase === "Bound") return DONE;
        return pending("Waiting for PersistentVolume to be available", [
            `PersistentVolume is ${phase || "not seen yet"}, neither Available nor Bound`,
        ]);
    },
};
