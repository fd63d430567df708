import assert from "node:assert/strict";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import {
    readinessRule,
    refreshRule,
    skipsDeletionAwait,
    timeoutSeconds,
} from "../../sandbox/providers/kubernetes/await";
import { matchJsonPath, parseJsonPath } from "../../sandbox/providers/kubernetes/await/jsonPath";
import {
    claimRule,
    jobRule,
    serviceRule,
    volumeRule,
} from "../../sandbox/providers/kubernetes/await/others";
import type { Pending, Verdict } from "../../sandbox/providers/kubernetes/await/verdict";
import { waitForRule } from "../../sandbox/providers/kubernetes/await/waitFor";
import { statefulSetRule } from "../../sandbox/providers/kubernetes/await/workloads";

function open(verdict: Verdict): Pending {
    if (verdict.done) assert.fail("the rule is content already");
    return verdict;
}

function object(kind: string, rest: JsonObject, metadata: JsonObject = {}): JsonObject {
    const apiVersion = kind === "StatefulSet" ? "apps/v1" : kind === "Job" ? "batch/v1" : "v1";
    return {
        apiVersion,
        kind,
        metadata: { name: "db", namespace: "space", uid: kind, generation: 1, ...metadata },
        ...rest,
    };
}

describe("provider stand-in: waiting for a Job", () => {
    const judge = (status: JsonObject) =>
        jobRule.judge({ object: object("Job", { status }), related: {} });

    it("ends when it is complete", () => {
        assert.deepEqual(judge({ conditions: [{ type: "Complete", status: "True" }] }), {
            done: true,
        });
    });

    it("gives up when it has failed for good", () => {
        const message = "Job has reached the specified backoff limit";
        const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message };
        const verdict = open(judge({ startTime: "now", failed: 1, conditions: [failed] }));
        assert.equal(verdict.failed, true);
        assert.equal(
            verdict.status,
            'Waiting for Job "space/db" to succeed (Active: 0 | Succeeded: 0 | Failed: 1)',
        );
        assert.deepEqual(verdict.reasons, [`[BackoffLimitExceeded] ${message}`]);
    });
});

describe("provider stand-in: waiting for a Service", () => {
    const judge = (spec: JsonObject, subsets?: JsonObject[], quietMs?: number) =>
        serviceRule.judge({
            object: object("Service", { spec }),
            related: subsets === undefined ? {} : { endpoints: [object("Endpoints", { subsets })] },
            quietMs,
        });
    const selecting = { selector: { app: "db" } };
    const readyPods = [{ addresses: [{ ip: "10.0.0.1" }] }];

    it("does not wait for Pods behind a headless Service or one without a selector", () => {
        assert.deepEqual(judge({ ...selecting, clusterIP: "None" }), { done: true });
        assert.deepEqual(judge({ clusterIP: "10.0.0.1" }), { done: true });
        assert.deepEqual(judge({ type: "ExternalName", ...selecting }), { done: true });
    });

    it("waits until the endpoints have kept still for ten seconds", () => {
        assert.equal(open(judge(selecting)).status, "[1/3] Finding Pods to direct traffic to");
        assert.equal(open(judge(selecting, readyPods, 4_000)).recheckMs, 6_000);
        assert.deepEqual(judge(selecting, readyPods, 10_000), { done: true });
    });

    it("waits for Pods that are not ready, and says so", () => {
        const notReady = [{ notReadyAddresses: [{ ip: "10.0.0.1" }] }];
        const [reason] = open(judge(selecting, notReady, 60_000)).reasons;
        assert.match(
            reason ?? "",
            /^Service does not target any Pods\. Selected Pods may not be ready/,
        );
    });

    it("waits for the address of a load balancer", () => {
        const verdict = open(judge({ type: "LoadBalancer" }));
        assert.match(verdict.reasons[0] ?? "", /^Service was not allocated an IP address/);
    });
});

describe("provider stand-in: waiting for a claim", () => {
    const judge = (phase: string, mode?: string, previous?: JsonObject) =>
        claimRule.judge({
            object: object("PersistentVolumeClaim", {
                spec: { storageClassName: "nfs" },
                status: { phase },
            }),
            related:
                mode === undefined
                    ? {}
                    : { storageClass: [object("StorageClass", { volumeBindingMode: mode })] },
            previous,
        });

    it("waits until it is bound, unless its class waits for a first consumer", () => {
        assert.deepEqual(judge("Bound", "Immediate"), { done: true });
        assert.deepEqual(open(judge("Pending", "Immediate")).reasons, [
            "PersistentVolumeClaim is Pending, not Bound",
        ]);
    });

    it("takes a new claim of a class that waits for a first consumer only as it is made", () => {
        assert.deepEqual(judge("Pending", "WaitForFirstConsumer"), { done: true });
        assert.deepEqual(open(judge("Bound", "WaitForFirstConsumer")).reasons, [
            "PersistentVolumeClaim is Bound, not Pending",
        ]);
        const before = object("PersistentVolumeClaim", {});
        assert.deepEqual(judge("Pending", "WaitForFirstConsumer", before), { done: true });
        assert.deepEqual(judge("Bound", "WaitForFirstConsumer", before), { done: true });
    });

    it("says that its class is missing", () => {
        assert.deepEqual(open(judge("Pending")).reasons[1], 'storage class "nfs" does not exist');
    });
});

describe("provider stand-in: waiting for a volume", () => {
    const judge = (phase: string) =>
        volumeRule.judge({
            object: object("PersistentVolume", { status: { phase } }),
            related: {},
        });

    it("waits until it can be had or is in use", () => {
        assert.deepEqual(judge("Available"), { done: true });
        assert.deepEqual(judge("Bound"), { done: true });
        assert.deepEqual(open(judge("")).reasons, [
            "PersistentVolume is not seen yet, neither Available nor Bound",
        ]);
    });

    it("waits for one that is Released, which skipAwait alone prevents", () => {
        const reason = "PersistentVolume is Released, neither Available nor Bound";
        assert.deepEqual(open(judge("Released")).reasons, [reason]);
        const metadata = { annotations: { "pulumi.com/skipAwait": "true" } };
        assert.equal(readinessRule(object("PersistentVolume", {})), volumeRule);
        assert.equal(readinessRule(object("PersistentVolume", {}, metadata)), undefined);
        assert.equal(skipsDeletionAwait(object("PersistentVolume", {}, metadata)), false);
    });

    it("gives up after five minutes, and lets a refresh pass", () => {
        assert.equal(timeoutSeconds(0, object("PersistentVolume", {}), volumeRule), 300);
        assert.equal(refreshRule(object("PersistentVolume", {})), undefined);
    });
});

describe("provider stand-in: the user's own idea of ready", () => {
    const running = object("Pod", {
        status: {
            phase: "Running",
            items: [
                { type: "A", value: 1 },
                { type: "B", value: 2 },
            ],
        },
    });
    const match = (expression: string) => matchJsonPath(parseJsonPath(expression), running);

    it("compares what a path selects, or asks only whether it is there", () => {
        assert.deepEqual(match("jsonpath={.status.phase}=Running"), {
            matched: true,
            found: "Running",
        });
        assert.deepEqual(match("jsonpath={.status.phase}=Done"), {
            matched: false,
            found: "Running",
        });
        assert.deepEqual(match("jsonpath={.status.phase}"), { matched: true, found: "Running" });
        assert.deepEqual(match("jsonpath={ .status.none }"), { matched: false });
        assert.deepEqual(match("jsonpath={.status.items}"), { matched: true });
    });

    it("knows indexes, wildcards, quoted fields and filters", () => {
        assert.equal(match("jsonpath={.status.items[1].value}=2").matched, true);
        assert.equal(match("jsonpath={.status.items[-1].value}=2").matched, true);
        assert.equal(match("jsonpath={.status.items[*].value}=1").matched, true);
        assert.equal(match("jsonpath={.status['phase']}=Running").matched, true);
        assert.equal(match('jsonpath={.status.items[?(@.type=="B")].value}=2').matched, true);
        assert.equal(match("jsonpath={$.status.items[?!(@.type=='A')].value}=2").matched, true);
    });

    it("filters by all that RFC 9535 compares, the members of objects too", () => {
        const holds = (filter: string) => match(`jsonpath={$.status[?${filter}]}`).matched;
        for (const filter of [
            "$.status.items[0].value == 1",
            "$.status.items[0].value < $.status.items[1].value",
            "$.status.items[1].value > 1 && $.status.phase == 'Running'",
            "$.status.none > 1 || $.status.phase",
            "$.status.none == $.status.gone",
            '@ == "Running"',
            "!($.status.items[0].value > 1)",
        ]) {
            assert.ok(holds(filter), filter);
        }
        for (const filter of [
            "$.status.items[0].value == 2",
            "$.status.items[0].value == '1'",
            "$.status.items[1].value < 2",
            "$.status.none > 0",
            "$.status.none < 1",
            "$.status.none == 0",
            "$.status.none && $.status.phase",
            "$.status.phase == 'Failed' || $.status.phase == 'Running' && $.status.none",
        ]) {
            assert.ok(!holds(filter), filter);
        }
    });

    it("refuses what it can't read", () => {
        assert.throws(() => parseJsonPath("jsonpath=.status"), /should be wrapped in brackets/);
        assert.throws(() => parseJsonPath("jsonpath='{.status}'"), /should omit shell quotes/);
        assert.throws(() => parseJsonPath("jsonpath={.status}="), /\{\.status\}= requires a value/);
        assert.throws(() => match("jsonpath={.status.items}=1"), /has a non-primitive value/);
        assert.throws(() => parseJsonPath("jsonpath={.a[?@.b >= 1]}"), /should be wrapped/);
        assert.throws(() => parseJsonPath("jsonpath={.a[?@.b >= 1]}=2"), /format should be/);
        for (const odd of [
            "a",
            "$.a[",
            "$.a[?1]",
            "$.a[?@.b == ]",
            "$.a[?(@.b]",
            "$..a",
            "$.a b",
        ]) {
            assert.throws(() => parseJsonPath(`jsonpath={${odd}}`), /can't read/, odd);
        }
        assert.throws(
            () => waitForRule("status=1"),
            /expected a "jsonpath=" or "condition=" prefix/,
        );
        assert.throws(() => waitForRule("[]"), /at least one condition/);
    });

    it("asks for conditions by type, of the generation at hand", () => {
        const rule = waitForRule("condition=Ready");
        const judge = (condition: JsonObject) =>
            rule.judge({
                object: object("X", { status: { conditions: [condition] } }),
                related: {},
            });
        assert.deepEqual(judge({ type: "Ready", status: "True" }), { done: true });
        open(judge({ type: "Ready", status: "True", observedGeneration: 0 }));
        assert.equal(
            open(judge({ type: "Ready", status: "False" })).status,
            "Resource has condition Ready=False (want True)",
        );
        assert.deepEqual(
            waitForRule("condition=Gone=False").judge({ object: running, related: {} }).done,
            false,
        );
    });

    it("waits for all conditions of an array", () => {
        const rule = waitForRule('["jsonpath={.status.phase}=Running", "condition=Ready"]');
        const { reasons } = open(rule.judge({ object: running, related: {} }));
        assert.deepEqual(reasons, ["Resource has condition Ready=(none) (want True)"]);
    });

    it("waits for what someone writes into a ConfigMap, which has no status and no generation", () => {
        const wanted = { pods: "3", wanted: "3-mysql-1-ab12" };
        const inputs = object(
            "ConfigMap",
            { data: wanted },
            { annotations: { "pulumi.com/waitFor": "jsonpath={.data.settled}=3-mysql-1-ab12" } },
        );
        const rule = readinessRule(inputs);
        assert.ok(rule !== undefined);
        const judge = (data: JsonObject) =>
            rule.judge({ object: { apiVersion: "v1", kind: "ConfigMap", data }, related: {} });
        assert.deepEqual(judge({ ...wanted, settled: "3-mysql-1-ab12" }), { done: true });
        assert.deepEqual(open(judge({ ...wanted, settled: "3" })).reasons, [
            '{.data.settled}=3-mysql-1-ab12 was not reached: found "3"',
        ]);
        assert.deepEqual(open(judge(wanted)).reasons, [
            "{.data.settled}=3-mysql-1-ab12 was not reached: {.data.settled} selected nothing",
        ]);
        assert.equal(timeoutSeconds(0, inputs, rule), 600);
        assert.equal(timeoutSeconds(420, inputs, rule), 420);
    });

    it("takes the place of the built-in rule, and skipAwait of both", () => {
        const annotated = (annotations: JsonObject) => object("StatefulSet", {}, { annotations });
        assert.equal(readinessRule(annotated({})), statefulSetRule);
        assert.notEqual(
            readinessRule(annotated({ "pulumi.com/waitFor": "condition=A" })),
            statefulSetRule,
        );
        const skipping = annotated({ "pulumi.com/skipAwait": "true" });
        assert.equal(readinessRule(skipping), undefined);
        assert.equal(refreshRule(skipping), undefined);
        assert.equal(skipsDeletionAwait(skipping), true);
        assert.equal(
            skipsDeletionAwait(
                object("Service", {}, { annotations: { "pulumi.com/skipAwait": "true" } }),
            ),
            false,
        );
        assert.equal(readinessRule(object("ConfigMap", {})), undefined);
    });

    it("takes the time limit from the resource option, the annotation or the kind, in that order", () => {
        const annotated = object("Pod", {}, { annotations: { "pulumi.com/timeoutSeconds": "7" } });
        assert.equal(timeoutSeconds(30, annotated), 30);
        assert.equal(timeoutSeconds(0, annotated), 7);
        assert.equal(timeoutSeconds(0, object("Pod", {})), 600);
        assert.equal(timeoutSeconds(0, object("PersistentVolumeClaim", {}), claimRule), 300);
    });
});
