import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { Example } from "../support/example";
import { PodWatch, sortedWithin } from "../support/podWatch";

describe("the example rollouts", () => {
    const both = ["parallel", "ordered"] as const;
    let example: Example;
    let namespace: string;
    let watch: PodWatch;

    before(async () => {
        watch = await PodWatch.start();
        example = await Example.up("rollouts");
        namespace = await example.stack.output("namespace");
    });

    after(async () => {
        watch.stop();
        await example.takeAway();
    });

    afterEach(() => {
        watch.forget();
    });

    /** What each Pod of a StatefulSet runs, in the order of their numbers. */
    function versions(statefulSet: string, pods = 3): Promise<string[]> {
        return Promise.all(
            Array.from({ length: pods }, async (_, pod) => {
                const args = ["logs", `${statefulSet}-${pod}`, "-n", namespace];
                return (await testCluster().kubectl.run(args)).trim();
            }),
        );
    }

    /** Each of these Pods is replaced, and the next one only after it is ready. */
    function replaced(...pods: string[]): string[] {
        return pods.flatMap((pod) => [
            `stop ${pod}`,
            `gone ${pod}`,
            `start ${pod}`,
            `ready ${pod}`,
        ]);
    }

    async function deletePods(...pods: string[]): Promise<void> {
        await testCluster().kubectl.run(["delete", "pod", ...pods, "-n", namespace]);
    }

    it("starts all Pods at once where they are Parallel, and one after the other where OrderedReady", async () => {
        await watch.untilExactly(
            "parallel",
            [0, 1, 2]
                .map((pod) => `start parallel-${pod}`)
                .concat([0, 1, 2].map((pod) => `ready parallel-${pod}`)),
            sortedWithin,
        );
        await watch.untilExactly(
            "ordered",
            [0, 1, 2].flatMap((pod) => [`start ordered-${pod}`, `ready ordered-${pod}`]),
        );
    });

    it("changes the last Pod alone behind a partition of 2, and is done with that", async () => {
        example.stack.configure({ version: "2", partition: 2 });
        const run = await example.stack.mustUp();
        assert.deepEqual([run.changes.update, run.changes.replace], [2, undefined]);
        for (const name of both) {
            await watch.untilExactly(name, replaced(`${name}-2`));
            assert.deepEqual(await versions(name), ["version 1", "version 1", "version 2"]);
        }
        assert.deepEqual(Object.keys((await example.stack.preview()).changes), ["same"]);
    });

    it("changes one Pod more each time the partition is lowered by one", async () => {
        for (const pod of [1, 0]) {
            watch.forget();
            example.stack.configure({ version: "2", partition: pod });
            await example.stack.mustUp();
            for (const name of both) {
                await watch.untilExactly(name, replaced(`${name}-${pod}`));
            }
        }
        for (const name of both) {
            assert.deepEqual(await versions(name), ["version 2", "version 2", "version 2"]);
        }
    });

    it("takes a canary back when the template is as it was, and touches no other Pod", async () => {
        example.stack.configure({ version: "3", partition: 2 });
        await example.stack.mustUp();
        example.stack.configure({ version: "2", partition: 2 });
        await example.stack.mustUp();
        for (const name of both) {
            await watch.untilExactly(name, replaced(`${name}-2`, `${name}-2`));
            assert.deepEqual(await versions(name), ["version 2", "version 2", "version 2"]);
        }
    });

    it("changes all Pods from the last to the first, one at a time, without a partition", async () => {
        example.stack.configure({ version: "4" });
        await example.stack.mustUp();
        for (const name of both) {
            await watch.untilExactly(name, replaced(`${name}-2`, `${name}-1`, `${name}-0`));
            assert.deepEqual(await versions(name), ["version 4", "version 4", "version 4"]);
        }
    });

    it("changes a Pod with OnDelete only when someone deletes it", async () => {
        example.stack.configure({ version: "5", updateStrategy: "OnDelete" });
        await example.stack.mustUp();
        await deletePods("parallel-1", "ordered-1");
        for (const name of both) {
            await watch.untilExactly(name, replaced(`${name}-1`));
            assert.deepEqual(await versions(name), ["version 4", "version 5", "version 4"]);
        }
        watch.forget();
        await deletePods("parallel-0", "ordered-0");
        for (const name of both) {
            await watch.untilExactly(name, replaced(`${name}-0`));
            assert.deepEqual(await versions(name), ["version 5", "version 5", "version 4"]);
        }
    });

    it("changes the Pods that OnDelete left when they are rolled again", async () => {
        example.stack.configure({ version: "5" });
        await example.stack.mustUp();
        for (const name of both) {
            await watch.untilExactly(name, replaced(`${name}-2`));
            assert.deepEqual(await versions(name), ["version 5", "version 5", "version 5"]);
        }
    });

    it("adds Pods at once where they are Parallel, and one after the other where OrderedReady", async () => {
        example.stack.configure({ version: "5", pods: 5 });
        await example.stack.mustUp();
        await watch.untilExactly(
            "parallel",
            ["start parallel-3", "start parallel-4", "ready parallel-3", "ready parallel-4"],
            sortedWithin,
        );
        await watch.untilExactly("ordered", [
            "start ordered-3",
            "ready ordered-3",
            "start ordered-4",
            "ready ordered-4",
        ]);
        for (const name of both) {
            assert.deepEqual(await versions(name, 5), Array<string>(5).fill("version 5"));
        }
    });

    it("takes the last Pods away, at once or one after the other", async () => {
        example.stack.configure({ version: "5", pods: 3 });
        await example.stack.mustUp();
        await watch.untilExactly(
            "parallel",
            ["stop parallel-3", "stop parallel-4", "gone parallel-3", "gone parallel-4"],
            sortedWithin,
        );
        await watch.untilExactly("ordered", [
            "stop ordered-4",
            "gone ordered-4",
            "stop ordered-3",
            "gone ordered-3",
        ]);
    });

    it("goes away by one command", async () => {
        await example.takeAway();
    });
});
