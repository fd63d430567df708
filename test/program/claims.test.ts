import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { StatefulServiceArgs } from "../../components/statefulService";
import { StatefulService } from "../../components/statefulService";
import { at, runUnderMocks } from "../mocks";

const claim = {
    name: "data",
    storageClassName: pulumi.output("ceph-block"),
    size: "1Gi",
    accessModes: ["ReadWriteOnce" as const],
    expandable: pulumi.output(true),
};

function serve(args: Partial<StatefulServiceArgs> = {}) {
    return runUnderMocks(() => {
        const adoptingProvider = new k8s.Provider("adopting", { upsertExistingObjects: true });
        return new StatefulService("cache", {
            namespace: pulumi.output("ns"),
            name: "redis",
            replicas: 3,
            ports: [{ name: "redis", port: 6379 }],
            podSpec: { containers: [{ name: "redis", image: "redis:8.2.1" }] },
            claims: [claim],
            adoptingProvider,
            ...args,
        });
    });
}

function claimsOf(run: Awaited<ReturnType<typeof serve>>): string[] {
    return run
        .childrenOf("StatefulService cache")
        .filter((child) => child.startsWith("PersistentVolumeClaim "));
}

describe("The claims of a StatefulService", () => {
    it("are resources of the stack that outlive it, made before the Pods", async () => {
        const run = await serve();
        const names = ["cache-data-0", "cache-data-1", "cache-data-2"];
        assert.deepEqual(
            claimsOf(run),
            names.map((name) => `PersistentVolumeClaim ${name}`),
        );
        for (const [pod, name] of names.entries()) {
            const made = run.get("PersistentVolumeClaim", name);
            assert.equal(at(made.inputs, "metadata.name"), `data-redis-${pod}`);
            assert.equal(at(made.inputs, "metadata.namespace"), "ns");
            assert.deepEqual(at(made.inputs, "spec"), {
                storageClassName: "ceph-block",
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: "1Gi" } },
            });
            assert.equal(made.provider, "adopting");
            assert.equal(made.retainOnDelete, true);
            // Scaling in must be able to let go of it.
            assert.equal(made.protect, false);
        }
        assert.deepEqual(run.get("StatefulSet", "cache").dependsOn, [
            ...names.map((name) => `PersistentVolumeClaim ${name}`),
            "Service cache",
        ]);
    });

    it("are not waited for, since some bind only when their Pod comes", async () => {
        const made = (await serve()).get("PersistentVolumeClaim", "cache-data-0");
        assert.deepEqual(at(made.inputs, "metadata.annotations"), {
            "mysqlnfs/declared": JSON.stringify({
                "claims.data.size": "1Gi",
                "claims.data.storageClassName": "ceph-block",
                "claims.data.accessModes": "ReadWriteOnce",
                "claims.data.expandable": "true",
            }),
            "pulumi.com/skipAwait": "true",
        });
    });

    it("are never replaced, and one guard stands before them all", async () => {
        const run = await serve();
        for (const name of ["cache-data-0", "cache-data-1", "cache-data-2"]) {
            const made = run.get("PersistentVolumeClaim", name);
            assert.deepEqual(made.ignoreChanges, ["spec.storageClassName", "spec.accessModes"]);
            assert.deepEqual(made.beforeUpdate, ["StatefulService cache: claims"]);
            assert.deepEqual(
                made.dependsOn,
                name === "cache-data-0"
                    ? ["Service cache"]
                    : ["PersistentVolumeClaim cache-data-0", "Service cache"],
            );
        }
    });

    it("leave no trace in the StatefulSet, which their replacement would replace", async () => {
        const bare = { restrictedPods: false, spread: { topologyKeys: [] } };
        const { inputs } = (await serve(bare)).get("StatefulSet", "cache");
        assert.deepEqual(at(inputs, "spec.volumeClaimTemplates.0.spec"), {
            storageClassName: "ceph-block",
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "1Gi" } },
        });
        assert.deepEqual(at(inputs, "spec.template.spec"), {
            containers: [{ name: "redis", image: "redis:8.2.1" }],
        });
    });

    it("are the StatefulSet's affair alone without a provider that adopts what exists", async () => {
        assert.deepEqual(claimsOf(await serve({ adoptingProvider: undefined })), []);
    });

    it("are the StatefulSet's affair alone when it is to delete them", async () => {
        for (const claimRetention of [
            { whenDeleted: "Delete" as const },
            { whenScaled: "Delete" as const },
        ]) {
            assert.deepEqual(claimsOf(await serve({ claimRetention })), []);
        }
    });
});

describe("Protection of a StatefulService", () => {
    it("keeps the StatefulSet from being deleted, and nothing else", async () => {
        const run = await serve({ protect: true });
        assert.deepEqual(
            run.resources.filter((each) => each.protect).map(({ type, name }) => [type, name]),
            [["kubernetes:apps/v1:StatefulSet", "cache"]],
        );
    });

    it("is off unless asked for", async () => {
        const run = await serve();
        assert.deepEqual(
            run.resources.filter((each) => each.protect),
            [],
        );
    });
});
