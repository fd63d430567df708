import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { tagImage } from "../support/images";
import { PodWatch } from "../support/podWatch";
import { namespace, Scene, settings } from "../support/roles";
import type { Outage } from "../support/witnesses/judge";
import { describeOutage, outages } from "../support/witnesses/judge";

/** The bound of npm run bench, which measures it many times, is 2 s; here it shares the machine with a run of the engine. */
const pauseMs = 5_000;

/** What a writer is told meanwhile. */
const pauseCodes = new Set([
    // The old primary takes no writes any more, then ends the connection: during a statement or between two.
    "ER_OPTION_PREVENTS_STATEMENT",
    "PROTOCOL_CONNECTION_LOST",
    "Can't add new command when connection is in closed state",
    // The Service leads nowhere, which the node's kernel says to the first six calls, and then once a second.
    "ECONNREFUSED",
    "ETIMEDOUT",
]);

describe("a switchover that the stack's settings ask for", () => {
    const scene = Scene.set();

    after(async () => {
        scene.stack.configure(settings);
        await scene.stack.mustUp();
    });

    function ordinalOf(pod: string): number {
        return Number(pod.slice(pod.lastIndexOf("-") + 1));
    }

    /** The writers pause once, shortly, from one server to another, and are told nothing but that. */
    function assertShortPause(since: number): Outage {
        const pauses = outages(scene.witnesses.writes, since).filter((each) => each.failedTries);
        const shown = pauses.map(describeOutage).join("\n");
        const [pause] = pauses;
        assert.ok(pause !== undefined && pauses.length === 1, shown);
        const { milliseconds, before, after, errors } = pause;
        assert.ok(milliseconds <= pauseMs, shown);
        assert.notEqual(before, after, shown);
        const codes = Object.keys(errors).map((error) => error.split(":")[0] ?? "");
        assert.deepEqual(
            codes.filter((code) => !pauseCodes.has(code)),
            [],
            shown,
        );
        return pause;
    }

    it("is shown by the preview, waited for by up, and loses nothing", async () => {
        const { stack, witnesses } = scene;
        const [since, [replica]] = [witnesses.mark(), witnesses.replicas()];
        assert.ok(replica !== undefined);
        const idle = await witnesses.openIdle(witnesses.primary().name);
        stack.configure({ ...settings, mysqlPrimary: ordinalOf(replica.name) });
        const preview = await stack.preview();
        assert.equal(preview.error, undefined);
        assert.match(preview.text, /update +ConfigMap mysql-declared/);
        assert.doesNotMatch(preview.text, /StatefulSet mysql\b.*replace/);
        assert.notEqual(witnesses.primary().name, replica.name);
        assert.equal(idle.endedAt(), undefined);

        await stack.mustUp();
        assert.equal(
            witnesses.primary().uid,
            replica.uid,
            "up has waited, and no Pod was restarted",
        );
        assert.deepEqual(Object.keys((await stack.preview()).changes), ["same"]);
        await scene.verify(since);
        const { to } = assertShortPause(since);
        const endedAt = idle.endedAt() ?? Infinity;
        assert.ok(endedAt < to, "the connection that nobody used was ended before others wrote");
    });

    it("isn't asked for again by an up without a change, after another took over", async () => {
        const { stack, witnesses } = scene;
        const { name } = witnesses.primary();
        const since = witnesses.mark();
        const args = ["delete", "pod", name, "-n", namespace, "--wait=false"];
        await testCluster().kubectl.run(args);
        await scene.untilPrimaryIsNot(name, 30);
        await scene.verify(since);
        const successor = witnesses.primary().uid;
        await stack.mustUp();
        assert.equal(witnesses.primary().uid, successor);
    });

    it("is refused for a Pod that there isn't, and nothing changes", async () => {
        const { stack, witnesses } = scene;
        const since = witnesses.mark();
        const { uid } = witnesses.primary();
        stack.configure({ ...settings, mysqlPrimary: 3 });
        const { error = "the run succeeded" } = await stack.up();
        for (const part of [/mysqlPrimary/, /\b3\b/, /0 to 2/]) {
            assert.match(error, part);
        }
        assert.equal(witnesses.primary().uid, uid);
        assert.deepEqual(outages(witnesses.writes, since), []);
        stack.configure(settings);
        await stack.mustUp();
    });

    it("comes by itself when all Pods get another image: replicas first, the old primary last", async () => {
        const { stack, witnesses } = scene;
        const since = witnesses.mark();
        const { name } = witnesses.primary();
        const watch = await PodWatch.start();
        const mysqlImage = "sandbox.local/mysql:9.7-again";
        await tagImage("sandbox.local/mysql:9.7", mysqlImage);
        stack.configure({
            ...settings,
            mysqlImage,
            mysqldSettings: { max_allowed_packet: "48M" },
        });
        const preview = await stack.preview();
        assert.match(preview.text, /~ {2}update +StatefulSet mysql/);
        await stack.mustUp();
        for (const pod of witnesses.pods()) {
            const [row] = await witnesses.ask(pod.name, "SELECT @@max_allowed_packet");
            assert.equal(row?.[0], String(48 * 1024 * 1024), pod.name);
            const object = await testCluster().kubectl.get("pod", pod.name, namespace);
            const { containers } = (object?.spec ?? {}) as { containers?: { image: string }[] };
            assert.equal(containers?.[0]?.image, mysqlImage, pod.name);
        }
        // Of all clusters whose Pods are called so; only this one's are restarted meanwhile.
        const stopped = watch.of("mysql").filter((each) => each.startsWith("stop "));
        watch.stop();
        const replicas = ["mysql-2", "mysql-1", "mysql-0"].filter((pod) => pod !== name);
        assert.deepEqual(
            stopped,
            [...replicas, name].map((pod) => `stop ${pod}`),
        );
        await scene.verify(since);
        assertShortPause(since);
    });
});
