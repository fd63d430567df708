import * as assert from "node:assert/strict";
import {
    declaredAnnotation,
    declaredChanges,
    readDeclared,
    refusedChanges,
} from "../../components/declared";
import { describeProblem } from "../../components/problem";
import * as specs from "../../components/stateful/specs";
import type { StatefulServiceArgs } from "../../components/statefulService";
import { claim, minimal } from "./redisService";

const bare = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const own = { "mysqlnfs/service": "redis" };

describe("A StatefulService's specs", () => {
    it("are, by default, exactly these", () => {
        assert.deepEqual(bare(specs.statefulSetSpec(minimal)), {
            serviceName: "redis",
            replicas: 2,
            podManagementPolicy: "Parallel",
            updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            revisionHistoryLimit: 10,
            selector: { matchLabels: own },
            template: {
                metadata: { labels: { "app.kubernetes.io/instance": "redis", ...own } },
                spec: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: {
                        runAsNonRoot: true,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    containers: [],
                    topologySpreadConstraints: [
                        {
                            maxSkew: 1,
                            topologyKey: "kubernetes.io/hostname",
                            whenUnsatisfiable: "ScheduleAnyway",
                            labelSelector: { matchLabels: own },
                        },
                    ],
                },
            },
        });
        assert.deepEqual(bare(specs.headlessServiceSpec(minimal)), {
            clusterIP: "None",
            publishNotReadyAddresses: true,
            selector: own,
            ports: [{ name: "redis", port: 6379, targetPort: 6379 }],
        });
        assert.deepEqual(specs.disruptionBudgetSpec(minimal), {
            maxUnavailable: 1,
            selector: { matchLabels: own },
        });
        assert.equal(specs.clientServiceSpec(minimal), undefined);
    });

    it("say exactly what each argument asks for", () => {
        const spec = bare(
            specs.statefulSetSpec({
                ...minimal,
                ordinalsStart: 5,
                podManagementPolicy: "OrderedReady",
                updateStrategy: { type: "RollingUpdate", partition: 2, maxUnavailable: "50%" },
                claimRetention: { whenScaled: "Delete" },
                labels: { team: "a", "mysqlnfs/service": "other" },
                podAnnotations: { note: "x" },
                restrictedPods: false,
                spread: { antiAffinity: "required", topologyKeys: [] },
                claims: [{ ...claim, storageClassName: "nfs" }],
            }),
        );
        assert.deepEqual(spec, {
            serviceName: "redis",
            replicas: 2,
            ordinals: { start: 5 },
            podManagementPolicy: "OrderedReady",
            updateStrategy: {
                type: "RollingUpdate",
                rollingUpdate: { partition: 2, maxUnavailable: "50%" },
            },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
            revisionHistoryLimit: 10,
            selector: { matchLabels: own },
            template: {
                metadata: {
                    // The selector's own label can't be overridden.
                    labels: { team: "a", "app.kubernetes.io/instance": "redis", ...own },
                    annotations: { note: "x" },
                },
                spec: {
                    containers: [],
                    affinity: {
                        podAntiAffinity: {
                            requiredDuringSchedulingIgnoredDuringExecution: [
                                {
                                    topologyKey: "kubernetes.io/hostname",
                                    labelSelector: { matchLabels: own },
                                },
                            ],
                        },
                    },
                },
            },
            volumeClaimTemplates: [
                {
                    metadata: { name: "data", labels: own },
                    spec: {
                        storageClassName: "nfs",
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: "1Gi" } },
                    },
                },
            ],
        });
    });

    it("roll nothing with OnDelete", () => {
        const { updateStrategy } = specs.statefulSetSpec({
            ...minimal,
            updateStrategy: { type: "OnDelete" },
        });
        assert.deepEqual(updateStrategy, { type: "OnDelete" });
    });

    it("select by no label that Helm charts give their Pods", () => {
        assert.deepEqual(specs.selectorLabels(minimal), own);
    });

    it("hide Pods that aren't ready from their peers where asked to", () => {
        assert.equal(
            specs.headlessServiceSpec({ ...minimal, publishNotReadyAddresses: false })
                .publishNotReadyAddresses,
            false,
        );
    });

    it("send clients to the port that the Pods listen on", () => {
        const args: StatefulServiceArgs = {
            ...minimal,
            ports: [{ name: "http", port: 80, targetPort: 8080 }],
            clientService: { type: "LoadBalancer" },
        };
        const ports = [{ name: "http", port: 80, targetPort: 8080 }];
        assert.deepEqual(specs.clientServiceSpec(args), {
            type: "LoadBalancer",
            selector: own,
            ports,
        });
        assert.deepEqual(specs.headlessServiceSpec(args).ports, ports);
        assert.equal(specs.clientServiceName(args), "redis-client");
        assert.equal(specs.clientServiceName({ ...args, clientService: { name: "r" } }), "r");
        assert.deepEqual(
            specs.clientServiceSpec({ ...args, clientService: {} })?.type,
            "ClusterIP",
        );
    });

    it("let as many Pods be taken away as told, and of a single one say nothing", () => {
        const budget = (args: Partial<StatefulServiceArgs>) =>
            specs.disruptionBudgetSpec({ ...minimal, ...args });
        const selector = { matchLabels: own };
        assert.deepEqual(budget({ podDisruptionBudget: { minAvailable: "50%" } }), {
            minAvailable: "50%",
            selector,
        });
        assert.deepEqual(budget({ replicas: 1, podDisruptionBudget: { maxUnavailable: 0 } }), {
            maxUnavailable: 0,
            selector,
        });
        assert.equal(budget({ podDisruptionBudget: "none" }), undefined);
        assert.equal(budget({ replicas: 1 }), undefined);
        assert.equal(budget({ replicas: 0 }), undefined);
    });

    it("number the Pods from where they start", () => {
        assert.deepEqual(specs.podNames(minimal), ["redis-0", "redis-1"]);
        assert.deepEqual(specs.podNames({ ...minimal, ordinalsStart: 9 }), ["redis-9", "redis-10"]);
        assert.deepEqual(specs.podNames({ ...minimal, replicas: 0 }), []);
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
