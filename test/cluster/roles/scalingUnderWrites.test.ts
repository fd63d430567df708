import assert from "node:assert/strict";
import { Scene, settings } from "../support/roles";
import { describeOutage, longest, outages } from "../support/witnesses/judge";

/** As in switchover.test.ts. */
const pauseMs = 5_000;

describe("the number of Pods, while clients write", () => {
    const scene = Scene.set();

    after(async () => {
        scene.stack.configure(settings);
        await scene.stack.mustUp();
    });

    async function scaleTo(mysqlPods: number): Promise<void> {
        scene.stack.configure({ ...settings, mysqlPods });
        await scene.stack.mustUp();
    }

    it("goes from 3 to 5, 2, 1 and 3, and no write fails but while the primary changes", async () => {
        const { witnesses } = scene;
        const start = witnesses.mark();
        // Scaling in takes it away, so it has to hand over first.
        for (const pods of [5, 2, 1, 3]) {
            const since = witnesses.mark();
            await scaleTo(pods);
            await scene.verify(since, { pods });
        }
        const pauses = outages(witnesses.writes, start).filter((each) => each.failedTries > 0);
        const shown = pauses.map(describeOutage).join("\n");
        for (const { before, after } of pauses) {
            assert.notEqual(before, after, shown);
        }
        assert.ok(longest(pauses) <= pauseMs, shown);
        assert.ok(pauses.length <= 2, shown);
        const { error } = await scene.stack.preview();
        assert.equal(error, undefined);
    });

    it("gives up a primary on the Pod that goes, before it goes", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        scene.stack.configure({ ...settings, mysqlPrimary: 2 });
        await scene.stack.mustUp();
        assert.equal(witnesses.primary().name, "mysql-2");
        await scaleTo(2);
        assert.notEqual(witnesses.primary().name, "mysql-2");
        await scene.verify(since, { pods: 2 });
        const pauses = outages(witnesses.writes, since).filter((each) => each.failedTries > 0);
        const shown = pauses.map(describeOutage).join("\n");
        assert.ok(pauses.length <= 2 && longest(pauses) <= pauseMs, shown);
        await scaleTo(3);
        await scene.verify(since);
    });
});
