import assert from "node:assert/strict";
import {
    cutOff,
    forceDelete,
    freezeServer,
    lasting,
    SmallVolume,
    stopApiServer,
} from "../support/faults";
import { namespace, Scene, settings } from "../support/roles";
import { untilSettled } from "../support/witnesses/settled";
import { errantSaved } from "../support/witnesses/verify";

// Nobody can tell a server that is frozen or cut off that it isn't the primary any more. For the moment until it hears
// it, it says that it takes writes; what counts is that it confirms none.
const hearingMs = 5_000;

describe("a primary that is neither there nor gone", () => {
    const scene = Scene.set();

    it("frozen, and thawed after another took over: it is fenced, and follows", async () => {
        const { witnesses } = scene;
        const [since, { name, uid }] = [witnesses.mark(), witnesses.primary()];
        const thaw = scene.undoLater(freezeServer(uid));
        await scene.untilPrimaryIsNot(name, 30);
        await thaw();
        await scene.verify(since, { twoOpen: { uid, until: witnesses.mark() + hearingMs } });
        assert.notEqual(witnesses.primary().name, name);
    });

    it("cut off from the others, and not from clients: it confirms nothing, and that is saved", async () => {
        const { witnesses } = scene;
        const [since, { name, uid, address }] = [witnesses.mark(), witnesses.primary()];
        const server = await scene.serverUuid(name);
        const heal = scene.undoLater(await cutOff(address));
        await scene.untilPrimaryIsNot(name, 60);
        await assert.rejects(
            witnesses.ask(name, `INSERT INTO ledger VALUES (1, 0, '${server}')`, 3_000),
            /TIMEOUT|read-only|PROTOCOL_CONNECTION_LOST|Access denied|ECONNREFUSED/,
        );
        await heal();
        await scene.verify(since, { twoOpen: { uid, until: witnesses.mark() + hearingMs } });
        const saved = errantSaved(namespace, [name]).filter((each) => each.server === server);
        assert.equal(saved.length, 1, "what it could not confirm was saved");
        assert.match(saved[0]?.transactions ?? "", new RegExp(`^${server}:`));
        for (const pod of witnesses.pods()) {
            const rows = await witnesses.ask(pod.name, "SELECT n FROM ledger WHERE n = 1");
            assert.deepEqual(rows, [], pod.name);
        }
    });

    it("and an API server that fails in the middle of the failover", async () => {
        const { witnesses } = scene;
        const [since, { name, uid }] = [witnesses.mark(), witnesses.primary()];
        const log = await scene.follow("mysql-controller", "controller");
        const thaw = scene.undoLater(freezeServer(uid));
        await log.untilLine(/"message":"act"/, 30);
        const start = scene.undoLater(await stopApiServer());
        log.stop();
        await lasting(6);
        await start();
        await scene.untilPrimaryIsNot(name, 60);
        await thaw();
        await scene.verify(since, { twoOpen: { uid, until: witnesses.mark() + hearingMs } });
    });

    it("whose disk is full: another takes over, and it follows once there is room", async () => {
        const { stack, witnesses } = scene;
        const [replica] = witnesses.replicas();
        assert.ok(replica !== undefined);
        const { name, uid } = replica;
        const small = await SmallVolume.mount(namespace, name);
        scene.undoLater(() => small.unmount());
        await forceDelete(namespace, name);
        await untilPodIsAnother(uid);
        await untilSettled(witnesses, 3, 90);
        stack.configure({ ...settings, mysqlPrimary: Number(name.slice(-1)) });
        await stack.mustUp();
        assert.equal(witnesses.primary().name, name);

        const since = witnesses.mark();
        const full = witnesses.pod(name);
        const makeRoom = scene.undoLater(small.fill(full.uid));
        await scene.untilPrimaryIsNot(name, 60);
        await makeRoom();
        await scene.verify(since, { settledWithinSeconds: 180 });

        // Back on its own volume, with the data of before.
        const before = witnesses.pod(name).uid;
        await small.unmount();
        await forceDelete(namespace, name);
        await untilPodIsAnother(before);
        await scene.verify(since);
        stack.configure(settings);
        await stack.mustUp();
    });

    async function untilPodIsAnother(uid: string): Promise<void> {
        while (scene.witnesses.pods().some((pod) => pod.uid === uid)) {
            await lasting(0.05);
        }
    }
});
