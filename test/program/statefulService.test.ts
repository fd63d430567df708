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
        assert.deepEqual(statefulSet.ignoreChanges, ["spec.volumeClaimTemplates"]);
        assert.deepEqual(statefulSet.beforeUpdate, ["StatefulService cache: claims"]);
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

    it("refuses bad arguments before making anything", async () => {
        await assert.rejects(
            serve({ name: "Redis" }),
            /StatefulService cache:\n {2}name = "Redis": /,
        );
    });
});
