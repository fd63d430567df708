import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { NodeLogs } from "../support/nodeLogs";
import { sql, untilSql, write } from "../support/mysql";
import { podUid, untilPodsReady } from "../support/pods";
import { namespace, podNames, sharedStack } from "../support/shared";

describe("a Pod that is deleted", () => {
    before(async () => {
        await sharedStack();
        await write(namespace, "mysql-0", "CREATE TABLE IF NOT EXISTS kept (n INT PRIMARY KEY)");
    });

    /** What makes a server the same one as before. */
    async function identity(pod: string): Promise<string[]> {
        const claim = await testCluster().kubectl.get("pvc", `data-${pod}`, namespace);
        const { volumeName } = (claim?.spec ?? {}) as { volumeName?: string };
        const host = `${pod}.mysql.${namespace}.svc.cluster.local`;
        const row = await sql(
            { namespace, pod, host },
            "SELECT @@server_uuid, @@server_id, @@hostname, @@report_host",
        );
        return [claim?.metadata.uid ?? "", volumeName ?? "", ...row.split("\t")];
    }

    for (const [ordinal, pod] of podNames.entries()) {
        it(`comes back as ${pod} with its identity, its volume and all its rows`, async () => {
            await write(namespace, pod, `INSERT INTO kept VALUES (${2 * ordinal})`);
            const before = await identity(pod);
            const uid = await podUid(namespace, pod);
            const log = await NodeLogs.follow(namespace, pod, "mysqld");
            await testCluster().kubectl.run([
                "delete",
                "pod",
                pod,
                "-n",
                namespace,
                "--wait=false",
            ]);
            await untilPodsReady(namespace, [pod], 90, [uid]);
            log.stop();
            const said = log.lines.filter((line) => line.uid === uid).map(({ text }) => text);
            assert.match(said.join("\n"), /mysqld: Shutdown complete/);
            assert.deepEqual(await identity(pod), before);

            await write(namespace, pod, `INSERT INTO kept VALUES (${2 * ordinal + 1})`);
            const rows = String(2 * ordinal + 2);
            for (const each of podNames) {
                await untilSql({ namespace, pod: each }, "SELECT COUNT(*) FROM app.kept", rows, 30);
            }
        });
    }

    it("comes back with all the others when every Pod is killed at once", async () => {
        const uids = await Promise.all(podNames.map((pod) => podUid(namespace, pod)));
        const force = ["--force", "--grace-period=0", "--wait=false"];
        await testCluster().kubectl.run(["delete", "pod", ...podNames, "-n", namespace, ...force]);
        await untilPodsReady(namespace, podNames, 120, uids);
        await write(namespace, "mysql-0", "INSERT INTO kept VALUES (100)");
        for (const pod of podNames) {
            await untilSql({ namespace, pod }, "SELECT COUNT(*) FROM app.kept", "7", 30);
        }
    });
});
