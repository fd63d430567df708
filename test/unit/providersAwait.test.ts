import assert from "node:assert/strict";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import { podTrouble } from "../../sandbox/providers/kubernetes/await/pods";
import type { Pending, Verdict } from "../../sandbox/providers/kubernetes/await/verdict";
import {
    deploymentRule,
    statefulSetRule,
} from "../../sandbox/providers/kubernetes/await/workloads";

function open(verdict: Verdict): Pending {
    if (verdict.done) assert.fail("the rule is content already");
    return verdict;
}

function object(kind: string, rest: JsonObject, metadata: JsonObject = {}): JsonObject {
    const apiVersion = ["StatefulSet", "Deployment", "ReplicaSet"].includes(kind)
        ? "apps/v1"
        : "v1";
    return {
        apiVersion,
        kind,
        metadata: { name: "db", namespace: "space", uid: kind, generation: 1, ...metadata },
        ...rest,
    };
}

const failingPod = object(
    "Pod",
    {
        status: {
            phase: "Pending",
            conditions: [
                { type: "PodScheduled", status: "True" },
                { type: "Initialized", status: "True" },
                {
                    type: "Ready",
                    status: "False",
                    reason: "ContainersNotReady",
                    message: "containers with unready status: [mysqld]",
                },
            ],
            containerStatuses: [
                {
                    name: "mysqld",
                    ready: false,
                    state: {
                        waiting: {
                            reason: "ImagePullBackOff",
                            message: 'Back-off pulling image "nope:1"',
                        },
                    },
                },
            ],
        },
    },
    { name: "db-0", ownerReferences: [{ uid: "StatefulSet" }] },
);

describe("provider stand-in: waiting for a StatefulSet", () => {
    const ready = {
        observedGeneration: 1,
        replicas: 3,
        readyReplicas: 3,
        currentReplicas: 3,
        updatedReplicas: 3,
        currentRevision: "a",
        updateRevision: "a",
    };
    const judge = (status: JsonObject, metadata: JsonObject = {}, spec: JsonObject = {}) =>
        statefulSetRule.judge({
            object: object("StatefulSet", { spec: { replicas: 3, ...spec }, status }, metadata),
            related: { pods: [failingPod] },
        });

    it("ends when all replicas are ready and of the current revision", () => {
        assert.deepEqual(judge(ready), { done: true });
        assert.deepEqual(
            judge(
                { ...ready, replicas: 0, readyReplicas: 0, currentReplicas: 0 },
                {},
                { replicas: 0 },
            ),
            {
                done: true,
            },
        );
    });

    it("does not trust a status of an earlier generation", () => {
        const { status } = open(judge(ready, { generation: 2 }));
        assert.equal(status, "[1/3] Waiting for StatefulSet update to roll out (3/3 Pods ready)");
    });

    it("counts only Pods of the new revision while an update rolls out", () => {
        const rolling = {
            ...ready,
            observedGeneration: 2,
            updateRevision: "b",
            updatedReplicas: 1,
        };
        const verdict = open(judge({ ...rolling, currentReplicas: 2 }, { generation: 2 }));
        assert.equal(
            verdict.status,
            "[1/3] Waiting for StatefulSet update to roll out (1/3 Pods ready)",
        );
        assert.deepEqual(verdict.reasons.slice(0, 2), [
            "1 out of 3 replicas succeeded readiness checks",
            'StatefulSet controller failed to advance from revision "a" to revision "b"',
        ]);
    });

    it("waits for the revision when all replicas are ready", () => {
        const almost = { ...ready, observedGeneration: 2, updateRevision: "b" };
        const { status } = open(judge(almost, { generation: 2 }));
        assert.equal(status, "[2/3] Waiting for StatefulSet to update .status.currentRevision");
    });

    it("does not wait for Pods of the new revision with the OnDelete strategy", () => {
        const spec = { updateStrategy: { type: "OnDelete" } };
        const old = { ...ready, observedGeneration: 2, updateRevision: "b", currentReplicas: 0 };
        assert.deepEqual(judge(old, { generation: 2 }, spec), { done: true });
    });

    it("says what its Pods suffer from, and nothing of Pods of others", () => {
        const verdict = open(judge({ ...ready, readyReplicas: 2 }));
        assert.equal(
            verdict.status,
            "[1/2] Waiting for StatefulSet to create Pods (2/3 Pods ready)",
        );
        assert.deepEqual(verdict.reasons, [
            "2 out of 3 replicas succeeded readiness checks",
            "[Pod space/db-0]: containers with unready status: [mysqld]\n" +
                '[ImagePullBackOff] Back-off pulling image "nope:1"',
        ]);
        const stranger = { ...failingPod, metadata: { name: "x", uid: "x" } };
        const others = statefulSetRule.judge({
            object: object("StatefulSet", { spec: { replicas: 3 }, status: ready }),
            related: { pods: [stranger] },
        });
        assert.deepEqual(others, { done: true });
    });

    it("watches the Pods that its selector names", () => {
        const spec = { selector: { matchLabels: { app: "db", tier: "data" } } };
        assert.deepEqual(statefulSetRule.related?.(object("StatefulSet", { spec })), {
            pods: { kind: { apiVersion: "v1", kind: "Pod" }, labelSelector: "app=db,tier=data" },
        });
    });
});

describe("provider stand-in: the troubles of a Pod", () => {
    const withStatus = (status: JsonObject) => podTrouble({ ...failingPod, status });

    it("tells why it can't be scheduled", () => {
        const message = "0/1 nodes are available: 1 Insufficient memory.";
        const condition = {
            type: "PodScheduled",
            status: "False",
            reason: "Unschedulable",
            message,
        };
        assert.equal(withStatus({ conditions: [condition] }), `[Pod space/db-0]: ${message}`);
    });

    it("tells the last words of a container that crashes again and again, init containers too", () => {
        const crashed = {
            name: "prepare",
            ready: false,
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
            lastState: {
                terminated: {
                    reason: "Error",
                    exitCode: 1,
                    finishedAt: "2026-01-01T00:00:00Z",
                    message: "no donor\n",
                },
            },
        };
        assert.equal(
            withStatus({ conditions: [], initContainerStatuses: [crashed] }),
            "[Pod space/db-0]: [CrashLoopBackOff] back-off 10s\n" +
                'container "prepare" terminated at 2026-01-01T00:00:00Z (Error: exit code 1)\nno donor',
        );
    });

    it("has nothing to tell of a Pod that is ready, done or just starting", () => {
        const ready = { conditions: [{ type: "Ready", status: "True" }] };
        const starting = { state: { waiting: { reason: "ContainerCreating" } }, ready: false };
        assert.equal(withStatus(ready), "");
        assert.equal(withStatus({ phase: "Succeeded" }), "");
        assert.equal(withStatus({ containerStatuses: [starting] }), "");
    });
});

describe("provider stand-in: waiting for a Deployment", () => {
    const revision = { "deployment.kubernetes.io/revision": "2" };
    const deployment = (conditions: JsonObject[], more: JsonObject = {}) =>
        object(
            "Deployment",
            { spec: { replicas: 1, ...more }, status: { observedGeneration: 1, conditions } },
            { annotations: revision },
        );
    const replicaSet = (readyReplicas: number) =>
        object(
            "ReplicaSet",
            { spec: { replicas: 1 }, status: { readyReplicas } },
            { annotations: revision, ownerReferences: [{ uid: "Deployment" }] },
        );
    const available = { type: "Available", status: "True" };
    const rolledOut = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };

    it("ends when the new ReplicaSet is ready and rolled out", () => {
        const related = { replicaSets: [replicaSet(1)] };
        const judged = deploymentRule.judge({
            object: deployment([available, rolledOut]),
            related,
        });
        assert.deepEqual(judged, { done: true });
    });

    it("waits while the new ReplicaSet is still rolling out", () => {
        const progressing = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
        const related = { replicaSets: [replicaSet(1)] };
        open(deploymentRule.judge({ object: deployment([available, progressing]), related }));
    });

    it("names the deadline, the missing Pods and the claims that are not bound", () => {
        const failed = {
            type: "Progressing",
            status: "False",
            reason: "ProgressDeadlineExceeded",
            message: "too slow",
        };
        const volumes = [{ persistentVolumeClaim: { claimName: "export" } }];
        const claim = object(
            "PersistentVolumeClaim",
            { status: { phase: "Pending" } },
            { name: "export" },
        );
        const verdict = open(
            deploymentRule.judge({
                object: deployment([failed], { template: { spec: { volumes } } }),
                related: { replicaSets: [replicaSet(0)], claims: [claim] },
            }),
        );
        assert.equal(
            verdict.status,
            "Waiting for app ReplicaSet to be available (0/1 Pods available)",
        );
        assert.deepEqual(verdict.reasons, [
            "[ProgressDeadlineExceeded] too slow",
            'Failed to bind PersistentVolumeClaim(s): "export"',
            "Minimum number of live Pods was not attained",
        ]);
    });
});
