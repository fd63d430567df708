import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { untilSql, write } from "../support/mysql";
import type { Shared } from "../support/shared";
import { everyObject, touched } from "../support/objects";
import { namespace, podNames, sharedSettings, sharedStack } from "../support/shared";

describe("a stack that is destroyed", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
        const statements = "CREATE TABLE treasure (n INT); INSERT INTO treasure VALUES (42)";
        await write(namespace, "mysql-0", statements);
    });

    it("refuses while it is protected, says how to lift that, and changes nothing", async () => {
        const protectedSettings = { ...sharedSettings, protect: true };
        shared.stack.configure(protectedSettings);
        await shared.stack.mustUp();
        const [before, state] = [await everyObject(), shared.stack.state()];

        const { error } = await shared.stack.destroy();
        assert.match(
            error ?? "it was destroyed",
            /^(\w+ [\w-]+(, |: ))+protected from being deleted, since data hangs on it\. Nothing was changed\. To delete it all the same, set protect to false \(in Pulumi\.shared\.yaml, or by pulumi config set protect false\), bring the stack up, and run this again\.$/,
        );
        shared.stack.configure({ ...protectedSettings, nfsExtraClasses: [] });
        const withoutClass = await shared.stack.up();
        assert.match(
            withoutClass.error ?? "the class was deleted",
            /^StorageClass nfs-nfs-shared-scratch: protected from being deleted/,
        );

        assert.deepEqual(touched(before, await everyObject()), []);
        assert.equal(shared.stack.state(), state);
        shared.stack.configure(sharedSettings);
        await shared.stack.mustUp();
    });

    it("leaves its claims, their volumes, and nothing that runs", async () => {
        const { kubectl } = testCluster();
        const claims = await kubectl.list("pvc", "-n", namespace);
        const run = await shared.stack.destroy();
        assert.equal(run.error, undefined);
        const left = await kubectl.list("pvc", "-n", namespace);
        assert.deepEqual(
            left.map(({ metadata }) => metadata.uid),
            claims.map(({ metadata }) => metadata.uid),
        );
        const gone = await kubectl.list(
            "sts,deploy,pods,svc,pdb,secrets,roles,rolebindings,leases",
            "-n",
            namespace,
        );
        assert.deepEqual(
            gone.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
            [],
        );
    });

    it("finds its data when it is brought up again, under new passwords", async () => {
        const before = shared.firstUp.outputs;
        const run = await shared.stack.mustUp();
        assert.notEqual(run.outputs["password"]?.value, before["password"]?.value);
        assert.notEqual(run.outputs["rootPassword"]?.value, before["rootPassword"]?.value);
        for (const pod of podNames) {
            // As root on the socket and as the application over the network: both by new passwords.
            await untilSql({ namespace, pod }, "SELECT n FROM app.treasure", "42", 20);
            const host = `${pod}.mysql.${namespace}.svc.cluster.local`;
            await untilSql({ namespace, pod, host }, "SELECT n FROM treasure", "42", 20);
        }
        await write(namespace, "mysql-1", "INSERT INTO treasure VALUES (43)");
        for (const pod of podNames) {
            await untilSql({ namespace, pod }, "SELECT COUNT(*) FROM app.treasure", "2", 20);
        }
    });

    it("is then as settled as before", async () => {
        const run = await shared.stack.mustUp();
        assert.deepEqual(Object.keys(run.changes), ["same"]);
    });
});
