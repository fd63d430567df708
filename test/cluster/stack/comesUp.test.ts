import assert from "node:assert/strict";
import { basename } from "node:path";
import { testCluster } from "../support/cluster";
import { sql, untilSql } from "../support/mysql";
import { settledObjects } from "../support/objects";
import { exportedDirectories, primaryOf, replicaOf, untilEndpoints } from "../support/pods";
import type { Shared } from "../support/shared";
import { namespace, podNames, sharedStack } from "../support/shared";
import { repository } from "../support/stack";

describe("a new stack on an empty cluster", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
        console.log(`      first up: ${shared.seconds.toFixed(1)} s`);
    });

    it("is shown in full by the preview before anything is made", () => {
        const { changes, text, error } = shared.firstPreview;
        assert.equal(error, undefined);
        assert.deepEqual(Object.keys(changes), ["create"]);
        for (const kind of [
            "StatefulSet mysql",
            "StorageClass",
            "MysqlCluster",
            "NfsProvisioner",
        ]) {
            assert.match(text, new RegExp(`\\+  create +${kind}`));
        }
        assert.equal(shared.firstUp.changes.create, changes.create);
    });

    it("gives every output that an application needs", () => {
        const { outputs } = shared.firstUp;
        const value = (name: string): unknown => outputs[name]?.value;
        assert.equal(value("namespace"), namespace);
        assert.equal(value("primaryDnsName"), `mysql-primary.${namespace}.svc.cluster.local`);
        assert.equal(value("primaryEndpoint"), `mysql-primary.${namespace}.svc.cluster.local:3306`);
        assert.equal(value("readEndpoint"), `mysql-read.${namespace}.svc.cluster.local:3306`);
        assert.equal(value("port"), 3306);
        assert.equal(value("databaseName"), "app");
        assert.equal(value("userName"), "app");
        assert.deepEqual(
            value("podDnsNames"),
            podNames.map((pod) => `${pod}.mysql.${namespace}.svc.cluster.local`),
        );
        assert.equal(typeof value("credentialsSecretName"), "string");
        assert.equal(outputs["password"]?.secret, true);
        assert.equal(outputs["rootPassword"]?.secret, true);
    });

    it("has no path of this machine in its state", () => {
        const state = shared.stack.state();
        assert.match(
            state,
            /"urn:pulumi:shared::mysql-nfs::pulumi:pulumi:Stack::mysql-nfs-shared"/,
        );
        assert.ok(!state.includes(repository));
    });

    it("reads on every replica what was written through the primary's Service", async () => {
        const primary = { namespace, pod: "mysql-1", host: "mysql-primary" };
        await sql(
            primary,
            "CREATE TABLE first (words VARCHAR(80)); INSERT INTO first VALUES ('早安')",
        );
        for (const pod of podNames) {
            await untilSql({ namespace, pod }, "SELECT words FROM app.first", "早安", 20);
        }
        const primaryPod = await primaryOf(namespace);
        for (const pod of podNames) {
            const expected = pod === primaryPod ? "0\t0" : "1\t1";
            const modes = await sql({ namespace, pod }, "SELECT @@read_only, @@super_read_only");
            assert.equal(modes, expected, pod);
        }
    });

    it("sends writes to the primary only, and reads to replicas only", async () => {
        const primary = await primaryOf(namespace);
        const replicas = podNames.filter((pod) => pod !== primary);
        await untilEndpoints(namespace, "mysql-primary", [primary]);
        await untilEndpoints(namespace, "mysql-read", replicas);
    });

    it("refuses an application's write on a replica", async () => {
        const host = `${await replicaOf(namespace)}.mysql.${namespace}.svc.cluster.local`;
        await assert.rejects(
            sql({ namespace, pod: "mysql-0", host }, "INSERT INTO first VALUES ('lost')"),
            /read-only/,
        );
    });

    it("keeps each volume in a directory named after namespace, claim and volume", async () => {
        const claims = await testCluster().kubectl.list("pvc", "-n", namespace);
        const expected = claims.map(({ metadata, spec }) => {
            const { volumeName } = spec as { volumeName?: string };
            return `${namespace}-${metadata.name}-${volumeName}`;
        });
        const own = exportedDirectories()
            .map((path) => basename(path))
            .filter((name) => name.startsWith(`${namespace}-`));
        assert.deepEqual(own.sort(), expected.sort());
        assert.equal(own.length, podNames.length);
    });

    it("runs Pods that meet the restricted Pod Security Standard", async () => {
        const { kubectl } = testCluster();
        const namespaces = [namespace, "nfs-mysql-nfs-shared"];
        for (const name of namespaces) {
            const label = "pod-security.kubernetes.io/enforce=restricted";
            const args = ["label", "--dry-run=server", "--overwrite", "namespace", name, label];
            const { code, stderr } = await kubectl.try(args);
            assert.deepEqual([code, stderr], [0, ""], name);
        }
    });

    it("changes nothing, on the cluster or in the state, when it is brought up again", async () => {
        await settledObjects();
        const before = await versions();
        const run = await shared.stack.mustUp();
        assert.deepEqual(Object.keys(run.changes), ["same"]);
        assert.equal(run.changes.same, shared.firstUp.changes.create);
        const preview = await shared.stack.preview();
        assert.deepEqual(Object.keys(preview.changes), ["same"]);
        assert.deepEqual(await versions(), before);
    });
});

/** Of everything the stack made that no controller keeps writing to. */
async function versions(): Promise<string[]> {
    const kinds = "sts,svc,cm,secret,sa,pdb,pvc,deploy,role,rolebinding";
    const objects = await testCluster().kubectl.list(kinds, "-A");
    return objects
        .filter(({ metadata }) => metadata.namespace?.includes("mysql-nfs-shared") === true)
        .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`)
        .sort();
}
