import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { testCluster } from "../support/cluster";
import { untilSql, write } from "../support/mysql";
import { exportedDirectories, podUid, untilPodsReady } from "../support/pods";
import type { Shared } from "../support/shared";
import { namespace, sharedSettings, sharedStack } from "../support/shared";

describe("the claims of the Pods", () => {
    let shared: Shared;

    before(async () => {
        shared = await sharedStack();
    });

    after(() => {
        shared.stack.configure(sharedSettings);
    });

    it("are shown by a preview before they are made, or let go of", async () => {
        shared.stack.configure({ ...sharedSettings, mysqlPods: 4 });
        const more = await shared.stack.preview();
        assert.deepEqual(
            more.steps.filter(({ op }) => op === "create").map(({ urn }) => urn.split("::").at(-1)),
            ["mysql-data-3"],
        );
        shared.stack.configure({ ...sharedSettings, mysqlPods: 2 });
        const fewer = await shared.stack.preview();
        assert.ok(
            fewer.text.includes(
                "-  forget   PersistentVolumeClaim mysql-data-2, which stays in the cluster",
            ),
            fewer.text,
        );
    });

    it("come back after one was deleted by hand, and the stack is content with it", async () => {
        const { kubectl } = testCluster();
        const statements = "CREATE TABLE spared (n INT); INSERT INTO spared VALUES (7)";
        await write(namespace, "mysql-0", statements);
        const claim = await kubectl.get("pvc", "data-mysql-2", namespace);
        const volume = String(claim?.spec["volumeName"]);
        const pod = await podUid(namespace, "mysql-2");

        await kubectl.run(["delete", "pvc", "data-mysql-2", "-n", namespace, "--wait=false"]);
        await kubectl.run(["delete", "pod", "mysql-2", "-n", namespace]);
        await untilPodsReady(namespace, ["mysql-2"], 180, [pod]);
        await untilSql({ namespace, pod: "mysql-2" }, "SELECT n FROM app.spared", "7", 20);
        const made = await kubectl.get("pvc", "data-mysql-2", namespace);
        assert.notEqual(made?.metadata.uid, claim?.metadata.uid);

        shared.stack.configure(sharedSettings);
        assert.deepEqual(Object.keys((await shared.stack.mustUp()).changes), ["same"]);

        // What the StatefulSet made lacks the stack's labels until it is looked at.
        const refreshed = await shared.stack.refresh();
        assert.equal(refreshed.error, undefined);
        const repaired = await shared.stack.mustUp();
        assert.deepEqual(
            repaired.steps.filter(({ op }) => op !== "same" && op !== "read").map(({ op }) => op),
            ["update"],
        );
        const labelled = await kubectl.get("pvc", "data-mysql-2", namespace);
        assert.equal(labelled?.metadata.uid, made?.metadata.uid);
        assert.equal(labelled?.metadata.labels?.["team"], "data");
        assert.deepEqual(Object.keys((await shared.stack.mustUp()).changes), ["same"]);

        // The class retains the old volume, for an administrator to remove.
        await kubectl.run(["delete", "pv", volume]);
        for (const path of exportedDirectories().filter((each) => each.endsWith(volume))) {
            rmSync(path, { recursive: true });
        }
    });
});
