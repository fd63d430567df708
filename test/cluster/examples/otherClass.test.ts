import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "../../../sandbox";
import { expandingClass, expandingClassName } from "../../../sandbox/expandingClass";
import { instance, testCluster } from "../support/cluster";
import { Example } from "../support/example";
import type { KubeObject } from "../support/kubectl";
import { untilSql, write } from "../support/mysql";
import { untilPodsReady } from "../support/pods";
import { found, seen, until } from "../support/until";
import { root } from "../support/command";

describe("the example other-class", () => {
    const pods = ["mysql-0", "mysql-1", "mysql-2"] as const;
    const settings = readFileSync(join(root, "examples/other-class/Pulumi.sandbox.yaml"), "utf8");
    let example: Example;
    let namespace: string;

    before(async () => {
        // The class is an administrator's, there before the example and after it.
        await startSandbox({ instance, settings });
        example = await Example.up("other-class");
        namespace = await example.stack.output("namespace");
    });

    after(async () => {
        await example.takeAway();
        await testCluster().kubectl.run(["delete", "-f", "-"], expandingClass(settings));
    });

    async function claims(): Promise<readonly KubeObject[]> {
        return testCluster().kubectl.list("pvc", "-n", namespace);
    }

    function identity({ metadata, spec }: KubeObject): string[] {
        return [metadata.name, metadata.uid, String(spec["volumeName"])];
    }

    /** What a claim asks for and what it has, and the size of its volume. */
    async function sizes(): Promise<Record<string, string[]>> {
        const volumes = await testCluster().kubectl.list("pv");
        return Object.fromEntries(
            (await claims()).map(({ metadata, spec, status }) => {
                const volumeName = String(spec["volumeName"]);
                const volume = volumes.find((each) => each.metadata.name === volumeName);
                return [
                    metadata.name,
                    [
                        storage(spec["resources"], "requests"),
                        storage(status, "capacity"),
                        storage(volume?.spec, "capacity"),
                    ],
                ];
            }),
        );
    }

    async function untilSizes(size: string, names: readonly string[]): Promise<void> {
        await until(`the volumes have ${size}`, 60, async () => {
            const now = await sizes();
            const wanted = names.map((pod) => [`data-${pod}`, [size, size, size]]);
            return JSON.stringify(now) === JSON.stringify(Object.fromEntries(wanted))
                ? found(true)
                : seen(JSON.stringify(now));
        });
    }

    /** What tells a Pod that has run on from one that was made or started anew. */
    async function lives(): Promise<string[]> {
        const list = await testCluster().kubectl.list("pods", "-n", namespace);
        return list.map(({ metadata, status }) => {
            const { containerStatuses = [] } = status as unknown as {
                containerStatuses?: { restartCount: number; containerID: string }[];
            };
            const containers = containerStatuses.map(
                ({ restartCount, containerID }) => `${restartCount} ${containerID}`,
            );
            return [metadata.name, metadata.uid, ...containers].join(" ");
        });
    }

    it("has its volumes on a class that makes them when a Pod comes", async () => {
        await untilPodsReady(namespace, pods, 60);
        await untilSizes("1Gi", pods);
        for (const { spec } of await claims()) {
            assert.equal(spec["storageClassName"], expandingClassName);
        }
        const found = await testCluster().kubectl.get("storageclass", expandingClassName);
        const { volumeBindingMode } = found as unknown as { volumeBindingMode: string };
        assert.equal(volumeBindingMode, "WaitForFirstConsumer");
    });

    it("lets the volumes grow under the running servers, with their data", async () => {
        const statements = "CREATE TABLE kept (n INT); INSERT INTO kept VALUES (1), (2)";
        await write(namespace, "mysql-0", statements);
        const [before, livesBefore] = [await claims(), await lives()];

        example.stack.configure({ storageSize: "2Gi" });
        const preview = await example.stack.preview();
        assert.equal(preview.error, undefined);
        assert.deepEqual(
            preview.steps
                .filter(({ op }) => op !== "same" && op !== "read")
                .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
                .sort(),
            ["update mysql", ...pods.map((pod) => `update mysql-data-${pod.slice(-1)}`)].sort(),
        );
        await example.stack.mustUp();
        await untilSizes("2Gi", pods);

        assert.deepEqual((await claims()).map(identity), before.map(identity));
        assert.deepEqual(await lives(), livesBefore);
        for (const pod of pods) {
            await untilSql({ namespace, pod }, "SELECT COUNT(*) FROM app.kept", "2", 20);
        }
        const { changes } = await example.stack.mustUp();
        assert.deepEqual(Object.keys(changes).sort(), ["read", "same"]);
    });

    it("gives a Pod that comes later a volume of the new size, whatever the first one was", async () => {
        example.stack.configure({ storageSize: "2Gi", mysqlPods: 4 });
        await example.stack.mustUp();
        await untilSizes("2Gi", [...pods, "mysql-3"]);
        await untilSql({ namespace, pod: "mysql-3" }, "SELECT COUNT(*) FROM app.kept", "2", 20);
    });

    it("lets go of a claim whose Pod is no more, and takes it up again, grown as the others", async () => {
        const before = await claims();
        example.stack.configure({ storageSize: "2Gi" });
        const run = await example.stack.mustUp();
        assert.equal(run.changes.delete, 1);
        assert.deepEqual((await claims()).map(identity), before.map(identity));

        example.stack.configure({ storageSize: "3Gi", mysqlPods: 4 });
        await example.stack.mustUp();
        await untilSizes("3Gi", [...pods, "mysql-3"]);
        assert.deepEqual((await claims()).map(identity), before.map(identity));
    });

    it("refuses to shrink, and changes nothing", async () => {
        const [before, livesBefore] = [await sizes(), await lives()];
        example.stack.configure({ storageSize: "2Gi", mysqlPods: 4 });
        const run = await example.stack.up();
        assert.equal(
            run.error,
            'PersistentVolumeClaim mysql-data-0: example-other-class:storageSize = "2Gi": it is "3Gi" now; ' +
                "bring the old value back: a volume can't shrink. To move to smaller ones, set up a " +
                "stack with the new size and copy the data",
        );
        assert.deepEqual(await sizes(), before);
        assert.deepEqual(await lives(), livesBefore);
    });

    it("refuses to grow once the class doesn't allow it any more, and changes nothing", async () => {
        const { kubectl } = testCluster();
        const patch = ["patch", "storageclass", expandingClassName, "--type=merge", "-p"];
        await kubectl.run([...patch, '{"allowVolumeExpansion":false}']);
        const before = await sizes();
        example.stack.configure({ storageSize: "4Gi", mysqlPods: 4 });
        const run = await example.stack.up();
        assert.equal(
            run.error,
            'PersistentVolumeClaim mysql-data-0: example-other-class:storageSize = "4Gi": it is "3Gi" now; ' +
                "bring the old value back: the StorageClass doesn't let volumes grow. On NFS the size " +
                "limits nothing, so there is nothing to gain; a class of another kind needs " +
                "allowVolumeExpansion",
        );
        assert.deepEqual(await sizes(), before);
        await kubectl.run([...patch, '{"allowVolumeExpansion":true}']);
    });

    it("is taken away by one command, and leaves nothing", async () => {
        await example.takeAway();
    });
});

function storage(holder: unknown, field: string): string {
    const amounts = (holder as Record<string, Record<string, string>> | undefined)?.[field];
    return amounts?.["storage"] ?? "none";
}
