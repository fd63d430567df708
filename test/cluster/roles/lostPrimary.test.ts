import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { forceDelete, holdPods, killServer, wipeVolume } from "../support/faults";
import { namespace, Scene } from "../support/roles";
import { ControllerMetrics, untilEvent } from "../support/telling";
import { longest, outages } from "../support/witnesses/judge";

describe("a primary that is lost while clients write and read", () => {
    const scene = Scene.set();

    function assertOutageBelow(since: number, seconds: number): void {
        const { writes } = scene.witnesses;
        const milliseconds = longest(outages(writes, since));
        assert.ok(milliseconds > 0 && milliseconds <= seconds * 1000, `${milliseconds} ms`);
    }

    it("by kill -9 of its server: writes go on within 8 s", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        killServer(witnesses.primary().uid);
        await scene.verify(since);
        assertOutageBelow(since, 8);
    });

    it("by the deletion of its Pod: another takes over before it goes", async () => {
        const { witnesses } = scene;
        const [since, { name, uid }] = [witnesses.mark(), witnesses.primary()];
        const args = ["delete", "pod", name, "-n", namespace, "--wait=false"];
        await testCluster().kubectl.run(args);
        await scene.untilPrimaryIsNot(name, 30);
        assert.ok(
            witnesses.pods().some((pod) => pod.uid === uid),
            "the Pod was gone before",
        );
        await scene.verify(since);
        assertOutageBelow(since, 5);
    });

    it("by the loss of its Pod: writes go on within 15 s, and the controller tells of it", async () => {
        const { witnesses } = scene;
        const [since, { name }] = [witnesses.mark(), witnesses.primary()];
        const before = await ControllerMetrics.read(namespace);
        // Otherwise it may be back before another takes over.
        const release = scene.undoLater(await holdPods());
        await forceDelete(namespace, name);
        await scene.untilPrimaryIsNot(name, 60);
        await release();
        await scene.verify(since);
        assertOutageBelow(since, 15);

        const successor = witnesses.primary().name;
        const message = new RegExp(`\\b${successor}\\b.* in place of ${name}\\b`);
        const { type } = await untilEvent(namespace, since, "Failover", message);
        assert.equal(type, "Warning");
        const metrics = await ControllerMetrics.read(namespace);
        for (const pod of witnesses.pods()) {
            const is = (role: string) => metrics.value("server_role", { pod: pod.name, role });
            const expected = pod.name === successor ? [1, 0] : [0, 1];
            assert.deepEqual([is("primary"), is("replica")], expected, pod.name);
        }
        const failovers = { reason: "Failover" };
        const earlier = before.value("events_total", failovers) ?? 0;
        assert.equal(metrics.value("events_total", failovers), earlier + 1);
        assert.equal(metrics.value("term"), Number(before.value("term")) + 1);
    });

    it("with its volume: another takes over, and it is copied anew", async () => {
        const { witnesses } = scene;
        const [since, { name, uid }] = [witnesses.mark(), witnesses.primary()];
        const server = await scene.serverUuid(name);
        await wipeVolume(namespace, name, uid);
        await scene.untilPrimaryIsNot(name, 60);
        await scene.verify(since);
        assert.notEqual(await scene.serverUuid(name), server);
        assertOutageBelow(since, 15);
    });
});
