import assert from "node:assert/strict";
import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { changeLines, describeUrn, plainText, summaryLine, valueAt } from "../../commands/changes";

const type = "kubernetes:apps/v1:StatefulSet";
const urn = `urn:pulumi:dev::mysql-nfs::mysqlnfs:index:MysqlCluster$${type}::mysql`;

function step(fields: object): StepEventMetadata {
    return { urn, type, provider: "", ...fields } as StepEventMetadata;
}

describe("a change in a preview", () => {
    it("is one line for a new resource", () => {
        assert.deepEqual(changeLines(step({ op: "create" })), ["  +  create   StatefulSet mysql"]);
    });

    it("shows old and new value of each property that an update changes", () => {
        const lines = changeLines(
            step({
                op: "update",
                old: { inputs: { spec: { replicas: 3, paused: true } } },
                new: { inputs: { spec: { replicas: 5 }, metadata: { labels: { "a.b/c": "x" } } } },
                detailedDiff: {
                    "spec.replicas": { diffKind: "update", inputDiff: true },
                    "spec.paused": { diffKind: "delete", inputDiff: true },
                    'metadata.labels["a.b/c"]': { diffKind: "add", inputDiff: true },
                },
            }),
        );
        assert.deepEqual(lines, [
            "  ~  update   StatefulSet mysql",
            "       ~ spec.replicas: 3 => 5",
            "       - spec.paused: true",
            '       + metadata.labels["a.b/c"]: "x"',
        ]);
    });

    it("says what the live object has, where that is what differs", () => {
        const lines = changeLines(
            step({
                op: "update",
                old: {
                    inputs: { spec: { replicas: 3, paused: true } },
                    outputs: { spec: { replicas: 7 } },
                },
                new: { inputs: { spec: { replicas: 3 } } },
                detailedDiff: {
                    "spec.replicas": { diffKind: "update", inputDiff: false },
                    "spec.paused": { diffKind: "delete", inputDiff: false },
                },
            }),
        );
        assert.deepEqual(lines, [
            "  ~  update   StatefulSet mysql",
            "       ~ spec.replicas: 7 => 3",
            "       - spec.paused: true",
        ]);
    });

    it("tells what is deleted from what the stack only lets go of", () => {
        assert.deepEqual(changeLines(step({ op: "delete", old: {} })), [
            "  -  delete   StatefulSet mysql",
        ]);
        assert.deepEqual(changeLines(step({ op: "delete", old: { retainOnDelete: true } })), [
            "  -  forget   StatefulSet mysql, which stays in the cluster",
        ]);
        assert.equal(summaryLine({ delete: 3 }, "preview", 2), "1 to delete, 2 to forget");
    });

    it("says which property forces a replacement", () => {
        const lines = changeLines(
            step({
                op: "replace",
                old: { inputs: { spec: { serviceName: "a" } } },
                new: { inputs: { spec: { serviceName: "b" } } },
                detailedDiff: {
                    "spec.serviceName": { diffKind: "update-replace", inputDiff: true },
                },
            }),
        );
        assert.deepEqual(lines, [
            "  +- replace  StatefulSet mysql",
            '       ~ spec.serviceName: "a" => "b"  [forces a replacement]',
        ]);
    });

    it("names the stack and a provider by what they are", () => {
        assert.equal(describeUrn("urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"), "Stack p-dev");
        const provider = "urn:pulumi:dev::p::pulumi:providers:kubernetes::k8s";
        assert.equal(describeUrn(provider), "Provider(kubernetes) k8s");
    });

    it("finds values by the engine's property paths", () => {
        const value = { data: { "my.cnf": ["a", "b"] } };
        assert.equal(valueAt(value, 'data["my.cnf"][1]'), "b");
        assert.equal(valueAt(value, "data.none.here"), undefined);
    });

    it("is summed up in words", () => {
        assert.equal(summaryLine({ create: 3, same: 2 }, "preview"), "3 to create, 2 unchanged");
        assert.equal(summaryLine({ update: 1, delete: 2 }, "run"), "1 updated, 2 deleted");
        assert.equal(
            summaryLine({ update: 1, delete: 1, same: 3 }, "refresh"),
            "1 found changed, 1 found gone, 3 as recorded",
        );
        assert.equal(summaryLine({}, "run"), "no resources");
    });

    it("carries no colour codes", () => {
        assert.equal(plainText("<{%fg 1%}>bad<{%reset%}> \u001b[31mthing\u001b[0m"), "bad thing");
    });
});
