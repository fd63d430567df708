import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import type { Shared } from "../support/shared";
import { namespace, sharedStack } from "../support/shared";

describe("a change that somebody made with kubectl", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
    });

    async function patch(kind: string, name: string, change: object): Promise<void> {
        const args = ["patch", kind, name, "-n", namespace, "--type=merge"];
        await testCluster().kubectl.run([...args, "-p", JSON.stringify(change)]);
    }

    it("is found by refresh and repaired by up", async () => {
        const { kubectl } = testCluster();
        const [budget] = await kubectl.list("pdb", "-n", namespace);
        assert.ok(budget !== undefined);
        await patch("pdb", budget.metadata.name, { spec: { maxUnavailable: 3 } });

        const refreshed = await shared.stack.refresh();
        assert.equal(refreshed.error, undefined);
        assert.equal(refreshed.changes.update, 1);

        const repaired = await shared.stack.mustUp();
        assert.equal(repaired.changes.update, 1);
        const after = await kubectl.get("pdb", budget.metadata.name, namespace);
        assert.deepEqual(after?.spec, budget.spec);
        assert.deepEqual(Object.keys((await shared.stack.preview()).changes), ["same"]);
    });

    it("to a Service's selector is put right without a new address", async () => {
        const { kubectl } = testCluster();
        const before = await kubectl.get("service", "mysql-primary", namespace);
        const wrong = { spec: { selector: { role: "replica" } } };
        await patch("service", "mysql-primary", wrong);
        await shared.stack.refresh();
        const run = await shared.stack.mustUp();
        assert.deepEqual([run.changes.update, run.changes.replace], [1, undefined]);
        const after = await kubectl.get("service", "mysql-primary", namespace);
        assert.deepEqual(after?.spec, before?.spec);
    });

    it("that deletes an object is found by refresh, and up makes it again", async () => {
        const { kubectl } = testCluster();
        await kubectl.run(["delete", "service", "mysql-read", "-n", namespace]);
        const refreshed = await shared.stack.refresh();
        assert.equal(refreshed.changes.delete, 1);
        const run = await shared.stack.mustUp();
        assert.equal(run.changes.create, 1);
        assert.ok((await kubectl.get("service", "mysql-read", namespace)) !== undefined);
    });
});
