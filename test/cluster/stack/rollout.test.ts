import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { LoopingClient } from "../support/clients";
import { sql, write } from "../support/mysql";
import { primaryOf, untilPodsReady } from "../support/pods";
import type { Shared } from "../support/shared";
import { namespace, podNames, sharedSettings, sharedStack } from "../support/shared";

describe("a change of the Pods", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
        await write(namespace, "mysql-0", "CREATE TABLE IF NOT EXISTS rolling (n INT)");
        await write(namespace, "mysql-0", "INSERT INTO rolling VALUES (1)");
    });

    it("rolls out Pod by Pod, and reads are answered all the while", async () => {
        // It is the last that is started anew, and ends its clients with it.
        const reader = await LoopingClient.start(
            namespace,
            await primaryOf(namespace),
            "mysql-read",
            "SELECT 1 FROM rolling",
        );
        await reader.untilSucceeded(3, 20);
        shared.stack.configure({ ...sharedSettings, maxConnections: 177 });
        const preview = await shared.stack.preview();
        assert.match(preview.text, /~ {2}update +StatefulSet mysql/);
        assert.doesNotMatch(preview.text, /replace +StatefulSet/);
        await shared.stack.mustUp();
        for (const pod of podNames) {
            const limits = "SELECT @@max_user_connections, @@max_connections";
            assert.equal(await sql({ namespace, pod }, limits), "177\t197");
        }
        const failed = (await reader.stop()).filter(({ succeeded }) => !succeeded);
        assert.deepEqual(failed, []);
    });

    it("with an image that does not exist fails and says so, and data is served on", async () => {
        const started = Date.now();
        shared.stack.configure({
            ...sharedSettings,
            mysqlImage: "sandbox.local/mysql:9.7.99",
            mysqlReadyTimeoutMinutes: 1,
        });
        const run = await shared.stack.up();
        const [first = "", ...others] = (run.error ?? "").split("\n");
        assert.match(
            first,
            /^StatefulSet mysql: .* within 1 min\. .*kubectl describe pods -n mysql-nfs-shared/,
        );
        assert.match(first, /mysql-nfs:mysqlImage = "sandbox\.local\/mysql:9\.7\.99"/);
        assert.match(
            others.join("\n"),
            /^StatefulSet mysql: [^]*timed out waiting for the condition/,
        );
        // Who brings the Pods their template, and so knows why it can't, is the controller.
        const { kubectl } = testCluster();
        const logs = ["logs", "-n", namespace, "-l", "mysqlnfs/controller=mysql", "--tail=50"];
        assert.match(
            await kubectl.run(logs),
            /doesn't answer \((ImagePullBackOff|ErrImagePull) sandbox\.local\/mysql:9\.7\.99\)/,
        );
        assert.ok(Date.now() - started < 100_000);
        const pod = await primaryOf(namespace);
        await write(namespace, pod, "INSERT INTO rolling VALUES (2)");
        assert.equal(
            await sql({ namespace, pod, host: "mysql-read" }, "SELECT MIN(n) FROM rolling"),
            "1",
        );
    });

    it("recovers when the right image is given", async () => {
        shared.stack.configure(sharedSettings);
        await shared.stack.mustUp();
        await untilPodsReady(namespace, podNames, 60);
        const [stateful] = await testCluster().kubectl.list("sts", "-n", namespace);
        const status = stateful?.status as { updateRevision?: string };
        const pods = await testCluster().kubectl.list("pods", "-n", namespace);
        const revisions = podNames.map(
            (name) =>
                pods.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[
                    "controller-revision-hash"
                ],
        );
        assert.deepEqual(
            revisions,
            podNames.map(() => status.updateRevision),
        );
        assert.deepEqual(Object.keys((await shared.stack.mustUp()).changes), ["same"]);
    });
});
