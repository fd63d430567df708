import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { cutOff, freezeServer, lasting, wipeVolume } from "../support/faults";
import type { NodeLogs } from "../support/nodeLogs";
import { namespace, Scene } from "../support/roles";
import { truthText, untilEvent } from "../support/telling";
import { found, seen, until } from "../support/until";
import { isAcknowledged } from "../support/witnesses/judge";
import type { SeenPod } from "../support/witnesses/podFeed";
import { untilEqual } from "../support/witnesses/verify";

describe("a cluster of which one server of three answers", () => {
    const scene = Scene.set();

    function cast(): Record<"primary" | "full" | "left", SeenPod> {
        const primary = scene.witnesses.primary();
        const [full, left] = scene.witnesses.replicas();
        assert.ok(full !== undefined && left !== undefined);
        return { primary, full, left };
    }

    /** Nothing that the controller decides or shows is another a while later, and no server takes a write. */
    async function assertNothingIsDone(): Promise<void> {
        const { witnesses } = scene;
        const look = async () => ({
            truth: await truthText(namespace),
            labels: witnesses.pods().map(({ name, role, reads }) => ({ name, role, reads })),
        });
        const [before, since] = [await look(), witnesses.mark()];
        await lasting(5);
        assert.deepEqual(await look(), before);
        const samples = witnesses.samples.filter(({ begin }) => begin > since);
        assert.ok(samples.length > 0, "a server that answers was asked");
        assert.deepEqual(
            samples.filter(({ isOpen }) => isOpen),
            [],
        );
        const writes = witnesses.writes.filter(({ begin }) => begin > since);
        assert.ok(writes.length > 0, "writes were tried");
        assert.deepEqual(writes.filter(isAcknowledged), []);
    }

    function untilState(log: NodeLogs, state: string): Promise<unknown> {
        return log.untilLine(new RegExp(`"message":"state","state":"${state}"`), 60);
    }

    it("and lacks what was confirmed: nothing is done but told, until another is back", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const { primary, full, left } = cast();
        const heal = scene.undoLater(await cutOff(left.address, [primary.address, full.address]));
        await witnesses.untilAcknowledged(100, 30);
        const log = await scene.follow("mysql-controller", "controller");
        const thaw = scene.undoLater(freezeServer(primary.uid));
        const thawFull = scene.undoLater(freezeServer(full.uid));
        await untilState(log, "Lost");
        const names = `(?=.*\\b${primary.name}\\b)(?=.*\\b${full.name}\\b)`;
        const help = new RegExp(`only ${left.name} answers: bring back ${names}`);
        assert.equal((await untilEvent(namespace, since, "Lost", help)).type, "Warning");
        await assertNothingIsDone();

        const healing = await scene.follow("mysql-controller", "controller");
        await thaw();
        await untilState(healing, "Degraded");
        await thawFull();
        await heal();
        await scene.verify(since);
        assert.equal(witnesses.primary().uid, primary.uid);
    });

    it("and the two others have lost their volumes: without the truth it begins anew from what is left", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const { primary, full, left } = cast();
        const server = await scene.serverUuid(left.name);
        const servers = await Promise.all(
            [primary, full].map(({ name }) => scene.serverUuid(name)),
        );
        // What only those have that are about to be lost would be lost with them.
        await witnesses.pause();
        await untilEqual(witnesses, [primary.name, full.name, left.name]);
        const log = await scene.follow("mysql-controller", "controller");
        for (const { uid } of [primary, full]) {
            scene.undoLater(freezeServer(uid));
        }
        witnesses.resume();
        await untilState(log, "Lost");
        for (const { name, uid } of [primary, full]) {
            await wipeVolume(namespace, name, uid);
        }
        await until("Pods without data are in their place", 60, () => {
            const lost = [primary.name, full.name];
            const now = witnesses.pods().filter(({ name }) => lost.includes(name));
            const areOthers = now.every(({ uid }) => uid !== primary.uid && uid !== full.uid);
            return Promise.resolve(
                areOthers && now.every(({ address }) => address !== "") && now.length === 2
                    ? found(undefined)
                    : seen(now.map(({ name, uid }) => `${name} ${uid}`).join()),
            );
        });
        await assertNothingIsDone();

        // As docs/roles.md has it.
        const patch = ["--type", "json", "-p", '[{"op":"remove","path":"/data/truth"}]'];
        const { kubectl } = testCluster();
        await kubectl.run(["-n", namespace, "patch", "configmap", "mysql-topology", ...patch]);
        await scene.verify(since);
        assert.equal(witnesses.primary().uid, left.uid);
        assert.equal(await scene.serverUuid(left.name), server);
        for (const { name } of [primary, full]) {
            assert.ok(!servers.includes(await scene.serverUuid(name)), `${name} is a copy`);
        }
        await untilState(log, "Healthy");
        const { members, acks } = JSON.parse((await truthText(namespace)) ?? "") as {
            members: unknown[];
            acks: number;
        };
        assert.deepEqual([members.length, acks], [3, 1], "the promise is what it was");
    });
});
