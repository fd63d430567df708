import * as assert from "node:assert/strict";
import { notReadyMessage } from "../../components/stateful/notReady";
import {
    declaredPolicy,
    droppedWarning,
    judgePolicyChange,
    waitForAnnotation,
} from "../../components/stateful/rollout";
import { stuckProblem } from "../../components/stateful/stuck";
import { waitForRule } from "../../sandbox/providers/kubernetes/await/waitFor";

interface Status {
    replicas?: number;
    readyReplicas?: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    observedGeneration?: number;
}

describe("The wait for a rollout with a partition", () => {
    const ends = (partition: number, status: Status, replicas = 3) => {
        const annotation = waitForAnnotation({
            replicas,
            updateStrategy: { type: "RollingUpdate", partition },
        });
        assert.ok(annotation !== undefined);
        const metadata = { generation: 4 };
        const object = {
            metadata,
            spec: { replicas },
            status: { observedGeneration: 4, ...status },
        };
        return waitForRule(annotation).judge({ object, related: {} }).done;
    };
    const ready = { replicas: 3, readyReplicas: 3 };
    const rolling = { ...ready, currentRevision: "a", updateRevision: "b" };
    const settled = { ...ready, currentRevision: "a", updateRevision: "a", currentReplicas: 3 };

    it("ends when the Pods meant have the template and all are ready", () => {
        assert.equal(ends(2, { ...rolling, currentReplicas: 2, updatedReplicas: 1 }), true);
        assert.equal(ends(1, { ...rolling, currentReplicas: 1, updatedReplicas: 2 }), true);
    });

    it("does not end before: when none has it, too few have it, or one is not ready", () => {
        assert.equal(ends(2, { ...rolling, currentReplicas: 2 }), false);
        assert.equal(ends(1, { ...rolling, currentReplicas: 2, updatedReplicas: 1 }), false);
        assert.equal(ends(2, { ...rolling, updatedReplicas: 1, readyReplicas: 2 }), false);
        assert.equal(ends(2, { ...rolling, updatedReplicas: 1, observedGeneration: 3 }), false);
        assert.equal(ends(2, {}), false);
    });

    it("ends when no rollout is on its way, at the first start or after going back", () => {
        assert.equal(ends(2, { ...settled, updatedReplicas: 3 }), true);
        assert.equal(ends(2, { ...settled, currentReplicas: 2 }), false);
        assert.equal(ends(2, { ...settled, currentReplicas: 2, updatedReplicas: 2 }), false);
    });

    it("ends when the partition was raised, which takes the template from no Pod", () => {
        assert.equal(ends(2, { ...rolling, currentReplicas: 1, updatedReplicas: 2 }), true);
    });

    it("asks only for ready Pods when all are held back", () => {
        assert.equal(ends(3, { ...rolling, currentReplicas: 3 }), true);
        assert.equal(ends(9, { ...rolling, currentReplicas: 3, readyReplicas: 2 }), false);
    });

    it("is the provider's own affair in all other cases", () => {
        const none = (rollout: Parameters<typeof waitForAnnotation>[0]) =>
            assert.equal(waitForAnnotation(rollout), undefined);
        none({ replicas: 3 });
        none({ replicas: 3, updateStrategy: { type: "RollingUpdate" } });
        none({ replicas: 3, updateStrategy: { type: "RollingUpdate", partition: 0 } });
        none({ replicas: 3, updateStrategy: { type: "OnDelete" } });
        none({ replicas: 3, updateStrategy: { type: "OnDelete", waitForUpdate: false } });
        none({ replicas: 0, updateStrategy: { type: "OnDelete", waitForUpdate: true } });
        none({ replicas: 0, updateStrategy: { type: "RollingUpdate", partition: 1 } });
    });
});

describe("The wait for Pods that a program deletes", () => {
    const ends = (status: Status) => {
        const annotation = waitForAnnotation({
            replicas: 3,
            updateStrategy: { type: "OnDelete", waitForUpdate: true },
        });
        assert.ok(annotation !== undefined);
        const object = {
            metadata: { generation: 4 },
            status: { observedGeneration: 4, ...status },
        };
        return waitForRule(annotation).judge({ object, related: {} }).done;
    };
    const all = { replicas: 3, readyReplicas: 3, updatedReplicas: 3 };

    it("ends when all of them have the template and are ready, and as many as there are to be", () => {
        assert.equal(ends(all), true);
        // Kubernetes leaves currentRevision as it was.
        assert.equal(ends({ ...all, currentRevision: "a", updateRevision: "b" }), true);
    });

    it("does not end before", () => {
        assert.equal(ends({ ...all, updatedReplicas: 2 }), false);
        assert.equal(ends({ replicas: 3, readyReplicas: 3 }), false);
        assert.equal(ends({ ...all, readyReplicas: 2 }), false);
        assert.equal(ends({ ...all, replicas: 4 }), false);
        assert.equal(ends({ ...all, observedGeneration: 3 }), false);
    });
});

describe("A cluster that drops maxUnavailable", () => {
    const asked = { type: "RollingUpdate", maxUnavailable: 2 } as const;

    it("is told of", () => {
        const warning =
            "This cluster drops updateStrategy.maxUnavailable, its feature gate MaxUnavailableStatefulSet being off: Pods are replaced one at a time";
        assert.equal(droppedWarning(asked, { rollingUpdate: {} }), warning);
        assert.equal(droppedWarning(asked, {}), warning);
    });

    it("is no matter where it was kept or not asked for", () => {
        assert.equal(droppedWarning(asked, { rollingUpdate: { maxUnavailable: 2 } }), undefined);
        assert.equal(droppedWarning({ type: "RollingUpdate", partition: 1 }, {}), undefined);
        assert.equal(droppedWarning({ type: "OnDelete" }, {}), undefined);
        assert.equal(droppedWarning(undefined, {}), undefined);
    });
});

describe("A change of podManagementPolicy", () => {
    it("is declared where it isn't the default, and refused with the way there", () => {
        assert.deepEqual(declaredPolicy({}), {});
        assert.deepEqual(declaredPolicy({ podManagementPolicy: "Parallel" }), {});
        assert.deepEqual(declaredPolicy({ podManagementPolicy: "OrderedReady" }), {
            podManagementPolicy: "OrderedReady",
        });
        assert.equal(
            judgePolicyChange(
                { field: "podManagementPolicy", from: undefined, to: "OrderedReady" },
                [],
                {},
            ),
            "bring the old value back, or let the StatefulSet go without its Pods, which the next one takes over: " +
                "`kubectl delete statefulset --cascade=orphan`, then `pulumi refresh`, then `pulumi up`",
        );
    });
});

describe("A new template for OrderedReady Pods of which one never got ready", () => {
    const inputs = (image: string, replicas = 3, podManagementPolicy = "OrderedReady") => ({
        metadata: { name: "web" },
        spec: { replicas, podManagementPolicy, template: { spec: { containers: [{ image }] } } },
    });
    const rolling = { currentRevision: "a", updateRevision: "b", replicas: 3 };
    const judged = (status: Status | undefined, after: unknown, before: unknown = inputs("bad")) =>
        stuckProblem({ inputs: before, outputs: { status } }, { inputs: after });
    const remedy = (pod: string, fewer: number, all = 3) =>
        `Pod ${pod} is not ready, and with podManagementPolicy OrderedReady Kubernetes gives no Pod the new ` +
        `template before it is. Set replicas to ${fewer} together with the new template and run \`pulumi up\`, ` +
        `which takes the Pod away and leaves its claims; then set replicas to ${all} again. Should the Pod be ` +
        "by now, run `pulumi refresh` first";

    it("is refused with what to do: scale in as far as that Pod", () => {
        const status = { ...rolling, readyReplicas: 2, updatedReplicas: 1 };
        assert.equal(judged(status, inputs("good")), remedy("web-2", 2));
        const further = { ...rolling, readyReplicas: 2, updatedReplicas: 3 };
        assert.equal(judged(further, inputs("good", 4)), remedy("web-0", 0, 4));
    });

    it("names the Pod that was made last where not all of them are there yet", () => {
        const first = { currentRevision: "a", updateRevision: "a" };
        assert.equal(judged({ ...first, replicas: 1 }, inputs("good")), remedy("web-0", 0));
        const before = inputs("bad");
        const shifted = { ...before, spec: { ...before.spec, ordinals: { start: 5 } } };
        assert.equal(
            judged({ ...first, replicas: 2, readyReplicas: 1 }, inputs("good"), shifted),
            remedy("web-6", 1),
        );
    });

    it("passes when there are to be fewer Pods, all were ready, or the template is the same", () => {
        const status = { ...rolling, readyReplicas: 2, updatedReplicas: 1 };
        assert.equal(judged(status, inputs("good", 2)), undefined);
        assert.equal(judged({ ...status, readyReplicas: 3 }, inputs("good")), undefined);
        assert.equal(judged(status, inputs("bad", 4)), undefined);
    });

    it("passes with Parallel, and where nothing is known", () => {
        const status = { ...rolling, readyReplicas: 2, updatedReplicas: 1 };
        assert.equal(judged(status, inputs("good", 3, "Parallel")), undefined);
        assert.equal(judged(undefined, inputs("good")), undefined);
        assert.equal(judged(status, {}), undefined);
    });
});

describe("The words for Pods that don't get ready", () => {
    it("say how long was waited, who tells why, and what to set right", () => {
        assert.equal(
            notReadyMessage(
                { name: "redis", readyTimeoutMinutes: 3, notReadyHint: "Mend the image" },
                "cache",
            ),
            "StatefulSet redis: not all Pods were ready, with what they are to run, within 3 min. " +
                "`kubectl describe pods -n cache -l mysqlnfs/service=redis` says why. Mend the image",
        );
    });
});
