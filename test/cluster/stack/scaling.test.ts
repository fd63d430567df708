import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { sql, untilSql, write } from "../support/mysql";
import type { Shared } from "../support/shared";
import { namespace, podNames, sharedSettings, sharedStack } from "../support/shared";
import { found, seen, until } from "../support/until";

describe("the number of Pods", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
        const statements = "CREATE TABLE old (n INT); INSERT INTO old VALUES (1), (2)";
        await write(namespace, "mysql-0", statements);
    });

    async function claims(): Promise<Map<string, string>> {
        const found = await testCluster().kubectl.list("pvc", "-n", namespace);
        return new Map(found.map(({ metadata }) => [metadata.name, metadata.uid]));
    }

    it("goes from 3 to 5, and the old rows are on Pods 3 and 4", async () => {
        const start = Date.now();
        shared.stack.configure({ ...sharedSettings, mysqlPods: 5 });
        const run = await shared.stack.mustUp();
        console.log(`      3 to 5 Pods: ${((Date.now() - start) / 1000).toFixed(1)} s`);
        assert.equal(run.changes.replace, undefined);
        for (const pod of ["mysql-3", "mysql-4"]) {
            await untilSql({ namespace, pod }, "SELECT COUNT(*) FROM app.old", "2", 20);
        }
        const ids = await Promise.all(
            [...podNames, "mysql-3", "mysql-4"].map((pod) =>
                sql({ namespace, pod }, "SELECT @@server_uuid, @@server_id"),
            ),
        );
        assert.equal(new Set(ids).size, 5);
    });

    it("goes back to 3, and the claims with their data stay", async () => {
        const before = await claims();
        shared.stack.configure(sharedSettings);
        await shared.stack.mustUp();
        await until("Pods 3 and 4 are gone", 120, async () => {
            const pods = await testCluster().kubectl.list("pods", "-n", namespace);
            const names = pods
                .map(({ metadata }) => metadata.name)
                .filter((name) => /^mysql-\d+$/.test(name))
                .sort();
            return names.join() === podNames.join() ? found(true) : seen(names.join());
        });
        assert.deepEqual(await claims(), before);
        assert.equal(before.size, 5);
    });

    it("goes up again on the old claims, and what was written meanwhile arrives", async () => {
        const before = await claims();
        await write(namespace, "mysql-0", "INSERT INTO old VALUES (3)");
        shared.stack.configure({ ...sharedSettings, mysqlPods: 4 });
        await shared.stack.mustUp();
        await untilSql({ namespace, pod: "mysql-3" }, "SELECT COUNT(*) FROM app.old", "3", 30);
        assert.deepEqual(await claims(), before);
        shared.stack.configure(sharedSettings);
        await shared.stack.mustUp();
    });
});
