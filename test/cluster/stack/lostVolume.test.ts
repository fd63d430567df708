import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LoopingClient } from "../support/clients";
import { testCluster } from "../support/cluster";
import { sql, untilSql, write } from "../support/mysql";
import { claimDirectory, podUid, primaryOf, replicaOf, untilPodsReady } from "../support/pods";
import { killHard, podProcesses } from "../support/processes";
import { namespace, podNames, sharedStack } from "../support/shared";

describe("a volume that loses its content", () => {
    const rows = "1000";

    before(async () => {
        await sharedStack();
        await write(
            namespace,
            "mysql-0",
            `CREATE TABLE precious (n INT PRIMARY KEY);
             INSERT INTO precious WITH RECURSIVE numbers (n) AS
                 (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows})
                 SELECT n FROM numbers`,
        );
        for (const pod of podNames) {
            await untilSql({ namespace, pod }, "SELECT COUNT(*) FROM app.precious", rows, 20);
        }
    });

    /** Empties a Pod's volume under its running server, then loses the server too. */
    async function wipe(pod: string): Promise<void> {
        const uid = await podUid(namespace, pod);
        const directory = claimDirectory(namespace, `data-${pod}`);
        killHard(podProcesses(uid, "mysqld"));
        for (const name of readdirSync(directory)) {
            rmSync(join(directory, name), { recursive: true, force: true });
        }
        const force = ["--force", "--grace-period=0", "--wait=false"];
        await testCluster().kubectl.run(["delete", "pod", pod, "-n", namespace, ...force]);
        await untilPodsReady(namespace, [pod], 180, [uid]);
    }

    const whose = { "the primary": primaryOf, "a replica": replicaOf };
    for (const [owner, find] of Object.entries(whose)) {
        it(`of ${owner} is filled from a peer, and no empty server ever answers`, async () => {
            const pod = await find(namespace);
            const clientPod = podNames.find((each) => each !== pod) ?? "";
            const count = "SELECT COUNT(*) FROM precious";
            const own = `${pod}.mysql.${namespace}.svc.cluster.local`;
            const clients = await Promise.all(
                ["mysql-primary", "mysql-read", own].map((host) =>
                    LoopingClient.start(namespace, clientPod, host, count),
                ),
            );
            await Promise.all(clients.map((client) => client.untilSucceeded(3, 20)));
            await wipe(pod);
            await Promise.all(clients.map((client) => client.untilSucceeded(5, 60)));

            const tries = (await Promise.all(clients.map((client) => client.stop()))).flat();
            const answers = tries.filter(({ succeeded }) => succeeded).map(({ answer }) => answer);
            assert.deepEqual([...new Set(answers)], [rows]);
            // No connection is fine meanwhile, and so is the server that receives the copy: reached by the Pod's
            // own name, it lets nobody in. An answer without the table or the database is not.
            const harmless =
                /Can't connect|Lost connection|Unknown MySQL server host|SSL connection error|Access denied for user 'app'/;
            const wrong = tries.filter(
                ({ succeeded, answer }) => !succeeded && !harmless.test(answer),
            );
            assert.deepEqual(wrong, []);
        });
    }

    it("leaves a cluster that replicates as before", async () => {
        await write(namespace, "mysql-1", "INSERT INTO precious VALUES (100001)");
        for (const pod of podNames) {
            await untilSql({ namespace, pod }, "SELECT COUNT(*) FROM app.precious", "1001", 30);
        }
        const primary = await primaryOf(namespace);
        for (const pod of podNames) {
            const expected = pod === primary ? "0" : "1";
            assert.equal(await sql({ namespace, pod }, "SELECT @@super_read_only"), expected, pod);
        }
    });
});
