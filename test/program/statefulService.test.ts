import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { StatefulServiceArgs } from "../../components/statefulService";
import { StatefulService } from "../../components/statefulService";
import { at, runUnderMocks, valueOf } from "../mocks";

function serve(args: Partial<StatefulServiceArgs> = {}) {
    return runUnderMocks(
        () =>
            new StatefulService("cache", {
                namespace: pulumi.output("ns"),
                name: "redis",
                replicas: 2,
                ports: [{ name: "redis", port: 6379 }],
                podSpec: { containers: [{ name: "redis", image: "redis:8.2.1" }] },
                ...args,
            }),
    );
}

describe("StatefulService", () => {
    it("is a headless Service and a StatefulSet of one fixed name", async () => {
        const run = await serve();
        assert.deepEqual(run.childrenOf("StatefulService cache"), [
            "PodDisruptionBudget cache",
            "Service cache",
            "StatefulSet cache",
        ]);
        for (const type of ["Service", "StatefulSet"]) {
            assert.equal(at(run.get(type, "cache").inputs, "metadata.name"), "redis");
            assert.equal(at(run.get(type, "cache").inputs, "metadata.namespace"), "ns");
        }
    });

    it("does not wait for the Service, whose Pods come later, and always for the Pods", async () => {
        const run = await serve({ readyTimeoutMinutes: 45 });
        assert.deepEqual(at(run.get("Service", "cache").inputs, "metadata.annotations"), {
            "pulumi.com/skipAwait": "true",
        });
        assert.deepEqual(at(run.get("StatefulSet", "cache").inputs, "metadata.annotations"), {
            "mysqlnfs/declared": "{}",
        });
        assert.deepEqual(run.get("StatefulSet", "cache").dependsOn, ["Service cache"]);
        assert.deepEqual(run.get("StatefulSet", "cache").timeouts, {
            create: "45m",
            update: "45m",
            delete: "45m",
        });
    });

    it("declares its claims where they may change, and guards them", async () => {
        const run = await serve({
            claims: [
                {
                    name: "data",
                    storageClassName: pulumi.output("nfs"),
                    size: "1Gi",
                    accessModes: ["ReadWriteOnce"],
                },
            ],
        });
        const statefulSet = run.get("StatefulSet", "cache");
        assert.deepEqual(at(statefulSet.inputs, "metadata.annotations"), {
            "mysqlnfs/declared": JSON.stringify({
                "claims.data.size": "1Gi",
                "claims.data.storageClassName": "nfs",
                "claims.data.accessModes": "ReadWriteOnce",
                "claims.data.expandable": "false",
            }),
        });
        assert.deepEqual(statefulSet.ignoreChanges, [
            "spec.volumeClaimTemplates",
            "spec.podManagementPolicy",
        ]);
        assert.deepEqual(statefulSet.beforeUpdate, ["StatefulService cache: claims"]);
        assert.deepEqual(statefulSet.onError, []);
        assert.equal(statefulSet.protect, false);
        assert.equal(statefulSet.retainOnDelete, false);
    });

    it("refuses another name or namespace, under which it would start with empty volumes", async () => {
        const component = (await serve()).get("StatefulService", "cache");
        assert.deepEqual(component.inputs, { declared: '{"namespace":"ns","name":"redis"}' });
        assert.deepEqual(component.beforeUpdate, ["StatefulService cache: identity"]);
    });

    it("tells the names by which it and its Pods are reached", async () => {
        const { result } = await serve({ clusterDomain: "k8s.example.com" });
        assert.equal(await valueOf(result.dnsName), "redis.ns.svc.k8s.example.com");
        assert.deepEqual(await valueOf(result.podDnsNames), [
            "redis-0.redis.ns.svc.k8s.example.com",
            "redis-1.redis.ns.svc.k8s.example.com",
        ]);
    });

    it("numbers its Pods from where they start, and reaches any that is ready by one name", async () => {
        const run = await serve({
            ordinalsStart: 5,
            labels: { team: "a" },
            clientService: { type: "NodePort", annotations: { note: "x" } },
        });
        assert.deepEqual(await valueOf(run.result.podDnsNames), [
            "redis-5.redis.ns.svc.cluster.local",
            "redis-6.redis.ns.svc.cluster.local",
        ]);
        assert.ok(run.result.clientDnsName !== undefined);
        assert.equal(await valueOf(run.result.clientDnsName), "redis-client.ns.svc.cluster.local");
        assert.deepEqual(run.get("Service", "cache-client").inputs, {
            apiVersion: "v1",
            kind: "Service",
            metadata: {
                namespace: "ns",
                name: "redis-client",
                labels: {
                    team: "a",
                    "app.kubernetes.io/instance": "redis",
                    "mysqlnfs/service": "redis",
                },
                annotations: { note: "x", "pulumi.com/skipAwait": "true" },
            },
            spec: {
                type: "NodePort",
                selector: { "mysqlnfs/service": "redis" },
                ports: [{ name: "redis", port: 6379, targetPort: 6379 }],
            },
        });
        assert.equal((await serve()).result.clientDnsName, undefined);
    });

    it("waits for a load balancer's address, once there are Pods for it", async () => {
        const run = await serve({ clientService: { name: "public", type: "LoadBalancer" } });
        const service = run.get("Service", "cache-client");
        assert.equal(at(service.inputs, "metadata.name"), "public");
        assert.deepEqual(at(service.inputs, "metadata.annotations"), {});
        assert.deepEqual(service.dependsOn, ["StatefulSet cache"]);
    });

    it("waits, where Pods are held back, for those that are not", async () => {
        const annotations = async (args: Partial<StatefulServiceArgs>) =>
            at((await serve(args)).get("StatefulSet", "cache").inputs, "metadata.annotations");
        assert.deepEqual(
            await annotations({ updateStrategy: { type: "RollingUpdate", partition: 1 } }),
            {
                "mysqlnfs/declared": "{}",
                "pulumi.com/waitFor": JSON.stringify([
                    "jsonpath={.status.replicas}=2",
                    "jsonpath={.status.readyReplicas}=2",
                    "jsonpath={$.status[?$.status.currentRevision == $.status.updateRevision && " +
                        "$.status.currentReplicas == $.spec.replicas || " +
                        "!($.status.currentRevision == $.status.updateRevision) && " +
                        "$.status.updatedReplicas > 0]}",
                ]),
            },
        );
        for (const args of [
            { updateStrategy: { type: "RollingUpdate", partition: 0 } },
            { updateStrategy: { type: "OnDelete" } },
            { updateStrategy: { type: "RollingUpdate", partition: 1 }, replicas: 0 },
        ] as const) {
            assert.deepEqual(await annotations(args), { "mysqlnfs/declared": "{}" });
        }
    });

    it("guards what would replace the StatefulSet or wait in vain", async () => {
        const statefulSet = (await serve({ podManagementPolicy: "OrderedReady" })).get(
            "StatefulSet",
            "cache",
        );
        assert.deepEqual(statefulSet.beforeUpdate, [
            "StatefulService cache: claims",
            "StatefulService cache: Pod that blocks",
        ]);
        assert.deepEqual(at(statefulSet.inputs, "metadata.annotations"), {
            "mysqlnfs/declared": '{"podManagementPolicy":"OrderedReady"}',
        });
    });

    it("makes a budget for the Pods where more than one is, or where one is asked for", async () => {
        const run = await serve({ labels: { team: "a" } });
        assert.deepEqual(run.get("PodDisruptionBudget", "cache").inputs, {
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: {
                namespace: "ns",
                labels: {
                    team: "a",
                    "app.kubernetes.io/instance": "redis",
                    "mysqlnfs/service": "redis",
                },
            },
            spec: { maxUnavailable: 1, selector: { matchLabels: { "mysqlnfs/service": "redis" } } },
        });
        for (const args of [{ replicas: 1 }, { podDisruptionBudget: "none" }] as const) {
            assert.deepEqual((await serve(args)).childrenOf("StatefulService cache"), [
                "Service cache",
                "StatefulSet cache",
            ]);
        }
    });

    it("refuses bad arguments before making anything", async () => {
        await assert.rejects(
            serve({ name: "Redis" }),
            /StatefulService cache:\n {2}name = "Redis": /,
        );
    });
});
