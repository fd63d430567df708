import * as assert from "node:assert/strict";
import {
    declaredAnnotation,
    declaredChanges,
    readDeclared,
    refusedChanges,
} from "../../components/declared";
import { describeProblem } from "../../components/problem";
import { statefulProblems } from "../../components/stateful/problems";
import * as specs from "../../components/stateful/specs";
import type { StatefulServiceArgs } from "../../components/statefulService";

const minimal: StatefulServiceArgs = {
    namespace: "ns",
    name: "redis",
    replicas: 2,
    ports: [{ name: "redis", port: 6379 }],
    podSpec: { containers: [] },
};
const claim = { name: "data", size: "1Gi", accessModes: ["ReadWriteOnce" as const] };

describe("A StatefulService's specs", () => {
    it("keep claims whatever happens to Pods, and pin what would replace the StatefulSet", () => {
        const { template, ...spec } = specs.statefulSetSpec({
            ...minimal,
            labels: { team: "a", "mysqlnfs/service": "other" },
            podAnnotations: { note: "x" },
            claims: [{ ...claim, storageClassName: "nfs" }],
        });
        assert.deepEqual(spec, {
            serviceName: "redis",
            replicas: 2,
            podManagementPolicy: "Parallel",
            updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            revisionHistoryLimit: 10,
            selector: { matchLabels: { "mysqlnfs/service": "redis" } },
            volumeClaimTemplates: [
                {
                    metadata: {
                        name: "data",
                        labels: { "mysqlnfs/service": "redis" },
                    },
                    spec: {
                        storageClassName: "nfs",
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: "1Gi" } },
                    },
                },
            ],
        });
        assert.deepEqual(template, {
            metadata: {
                // The selector's own label can't be overridden.
                labels: {
                    team: "a",
                    "app.kubernetes.io/instance": "redis",
                    "mysqlnfs/service": "redis",
                },
                annotations: { note: "x" },
            },
            spec: { containers: [] },
        });
    });

    it("select by no label that Helm charts give their Pods", () => {
        assert.deepEqual(specs.selectorLabels(minimal), { "mysqlnfs/service": "redis" });
    });

    it("have no claims unless asked for", () => {
        assert.equal(specs.statefulSetSpec(minimal).volumeClaimTemplates, undefined);
    });

    it("name Pods that aren't ready, for their peers to find", () => {
        assert.deepEqual(specs.headlessServiceSpec(minimal), {
            clusterIP: "None",
            publishNotReadyAddresses: true,
            selector: { "mysqlnfs/service": "redis" },
            ports: [{ name: "redis", port: 6379, targetPort: 6379 }],
        });
        assert.equal(
            specs.headlessServiceSpec({ ...minimal, publishNotReadyAddresses: false })
                .publishNotReadyAddresses,
            false,
        );
    });
});

describe("A StatefulService's arguments", () => {
    const problems = (args: Partial<StatefulServiceArgs>) =>
        statefulProblems({ ...minimal, ...args }).map((problem) => describeProblem(problem));

    it("are fine with a name, ports and a Pod", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ claims: [claim], replicas: 0, name: "a".repeat(52) }), []);
    });

    it("are all judged at once", () => {
        assert.deepEqual(
            problems({
                name: "a".repeat(53),
                replicas: -1,
                ports: [],
                clusterDomain: "cluster.local.",
                readyTimeoutMinutes: 0,
                claims: [
                    { name: "Data", size: "0", accessModes: [], storageClassName: "a b" },
                    claim,
                    claim,
                ],
            }),
            [
                `name = "${"a".repeat(53)}": give at most 52 characters`,
                "replicas = -1: give a whole number from 0 to 1000",
                "ports = []: give at least one port",
                'clusterDomain = "cluster.local.": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
                "readyTimeoutMinutes = 0: give a whole number from 1 to 10080",
                'claims[0].name = "Data": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
                'claims.Data.size = "0": give a Kubernetes quantity above 0, such as 10Gi',
                'claims.Data.storageClassName = "a b": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
                "claims.Data.accessModes = []: give at least one access mode",
                'claims[2].name = "data": give each claim a name of its own',
            ],
        );
        assert.deepEqual(problems({ ports: [{ name: "x", port: 65536 }] }), [
            "ports[0].port = 65536: give a whole number from 1 to 65535",
        ]);
    });
});

describe("A change of name or namespace", () => {
    it("is refused with what to do instead", () => {
        assert.equal(
            specs.judgeIdentityChange(),
            "bring the old value back: under another one the service would start anew, with empty volumes. To start anew, run `pulumi destroy` first; the old volumes stay",
        );
    });
});

describe("A declaration", () => {
    const inputs = (annotation: unknown) => ({
        metadata: { annotations: { [declaredAnnotation]: annotation } },
    });

    it("is read from the inputs of an object or a component, and is unknown where it can't be", () => {
        assert.deepEqual(readDeclared({ declared: '{"name":"redis"}' }), { name: "redis" });
        assert.deepEqual(readDeclared(inputs('{"a":"1","b":2}')), { a: "1" });
        for (const odd of [
            undefined,
            {},
            { metadata: null },
            inputs(undefined),
            inputs("{"),
            inputs("[]"),
        ]) {
            assert.equal(readDeclared(odd), undefined);
        }
    });

    it("differs in fields that are other, new or gone", () => {
        assert.deepEqual(declaredChanges({ a: "1", b: "2", c: "3" }, { b: "2", c: "4", d: "5" }), [
            { field: "a", from: "1", to: undefined },
            { field: "c", from: "3", to: "4" },
            { field: "d", from: undefined, to: "5" },
        ]);
    });

    it("is refused in words that tell the old value, the new one and the remedy", () => {
        const problems = refusedChanges(
            { a: "1", b: "2" },
            { a: "3", b: "4" },
            ({ field }, _all, after) =>
                field === "a" && after["b"] === "4" ? "leave it" : undefined,
        );
        assert.deepEqual(
            problems.map((problem) => describeProblem(problem, (field) => `stack:${field}`)),
            ['stack:a = "3": it is "1" now; leave it'],
        );
    });
});
