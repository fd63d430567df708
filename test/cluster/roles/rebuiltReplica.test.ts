import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { count, madeBy, parseGtidSet } from "../../../controller/gtid";
import {
    cutOff,
    damageRelayLog,
    freezeControllers,
    killServer,
    slowDown,
    wipeVolume,
} from "../support/faults";
import type { NodeLogs } from "../support/nodeLogs";
import { sql } from "../support/mysql";
import { controllers, namespace, Scene, settings } from "../support/roles";
import { ControllerMetrics, untilEvent } from "../support/telling";
import { exactly, found, seen, until } from "../support/until";
import { errantSaved } from "../support/witnesses/verify";

describe("a replica that can't go on with its data", () => {
    const scene = Scene.set();

    /** As root on the Pod, where nothing but super_read_only keeps anyone from it. */
    async function writeErrant(pod: string, value: string): Promise<void> {
        await sql(
            { namespace, pod },
            `SET GLOBAL super_read_only = OFF;
             CREATE TABLE IF NOT EXISTS app.errant (words VARCHAR(80));
             INSERT INTO app.errant VALUES ('${value}');
             SET GLOBAL super_read_only = ON;`,
        );
    }

    /** How many transactions a server has made; it may have been the primary. */
    async function madeItself(pod: string, server: string): Promise<number> {
        const [row] = await scene.witnesses.ask(pod, "SELECT @@global.gtid_executed");
        return count(madeBy(parseGtidSet(row?.[0] ?? ""), server));
    }

    it("with errant transactions serves no reads, can't become the primary, and is left alone if it must be", async () => {
        const { stack, witnesses } = scene;
        const since = witnesses.mark();
        const [primary, [replica]] = [witnesses.primary(), witnesses.replicas()];
        assert.ok(replica !== undefined);
        stack.configure({ ...settings, rebuildErrant: false });
        await stack.mustUp();
        const server = await scene.serverUuid(replica.name);
        const first = 1 + (await madeItself(replica.name, server));
        await writeErrant(replica.name, "kept apart");
        await until(`${replica.name} has no label`, 20, () => {
            const { role, reads } = witnesses.pod(replica.name);
            return Promise.resolve(exactly("undefined false", `${role} ${reads}`));
        });

        const ordinal = Number(replica.name.slice(-1));
        stack.configure({ ...settings, rebuildErrant: false, mysqlPrimary: ordinal });
        const { error = "the run succeeded" } = await stack.up();
        for (const part of [/mysqlPrimary/, new RegExp(`\\b${ordinal}\\b`), /errant/]) {
            assert.match(error, part);
        }
        assert.equal(witnesses.primary().uid, primary.uid);
        assert.equal(await scene.serverUuid(replica.name), server);

        stack.configure(settings);
        await stack.mustUp();
        await scene.untilAnotherServer(replica.name, server);
        await scene.verify(since);

        const [saved, ...others] = errantSaved(namespace, [replica.name]).filter(
            (each) => each.server === server,
        );
        assert.ok(saved !== undefined && others.length === 0);
        assert.deepEqual([saved.count, saved.transactions], [2, `${server}:${first}-${first + 1}`]);
        assert.match(
            readFileSync(join(saved.directory, "transactions.sql"), "utf8"),
            /CREATE TABLE IF NOT EXISTS app\.errant/,
        );
        await untilEvent(namespace, since, "TruthChanged", new RegExp(`${replica.name}.*errant`));
    });

    it("since its data differs from the primary's is copied anew by itself", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const [replica] = witnesses.replicas();
        assert.ok(replica !== undefined);
        const server = await scene.serverUuid(replica.name);
        const table = "CREATE TABLE app.twice (n INT PRIMARY KEY)";
        // Without a trace in its binary log, and so in gtid_executed: nothing is errant.
        await sql(
            { namespace, pod: replica.name },
            `SET GLOBAL super_read_only = OFF;
             SET SESSION sql_log_bin = OFF;
             ${table};
             SET GLOBAL super_read_only = ON;`,
        );
        await sql({ namespace, pod: witnesses.primary().name }, table);
        // "Table exists already".
        await untilEvent(
            namespace,
            since,
            "TruthChanged",
            new RegExp(`${replica.name} is to be copied anew.* 1050`),
        );
        await scene.untilAnotherServer(replica.name, server);
        await scene.verify(since);
    });

    it("since its relay log can't be read is copied anew by itself", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const [replica] = witnesses.replicas();
        assert.ok(replica !== undefined);
        const server = await scene.serverUuid(replica.name);
        // They would start the applier again at once.
        const uids = (await controllers()).map(({ metadata }) => metadata.uid);
        const thaw = scene.undoLater(freezeControllers(uids));
        await sql({ namespace, pod: replica.name }, "STOP REPLICA SQL_THREAD");
        await witnesses.untilAcknowledged(200, 30);
        damageRelayLog(namespace, replica.name);
        await thaw();
        await untilEvent(
            namespace,
            since,
            "TruthChanged",
            new RegExp(`${replica.name} is to be copied anew.* 13121`),
        );
        await scene.untilAnotherServer(replica.name, server);
        await scene.verify(since);
    });

    it("since the others have purged their binary logs is copied anew by itself", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const [replica, other] = witnesses.replicas();
        assert.ok(replica !== undefined && other !== undefined);
        const server = await scene.serverUuid(replica.name);
        const heal = scene.undoLater(await cutOff(replica.address));
        await witnesses.untilAcknowledged(100, 30);
        for (const pod of [witnesses.primary().name, other.name]) {
            await until(`${pod} has purged its binary logs`, 60, async () => {
                await endReceiver(pod, replica.address);
                await sql({ namespace, pod }, "FLUSH BINARY LOGS; DO SLEEP(0.2)");
                const logs = await sql({ namespace, pod }, "SHOW BINARY LOGS");
                const newest = logs.split("\n").at(-1)?.split("\t")[0];
                await sql({ namespace, pod }, `PURGE BINARY LOGS TO '${newest}'`);
                const left = await sql({ namespace, pod }, "SHOW BINARY LOGS");
                return left.includes("\n") ? seen(left) : found(undefined);
            });
        }
        await heal();
        await scene.untilAnotherServer(replica.name, server);
        await scene.verify(since);
    });

    it("is copied anew, even if it and its donor are killed in the middle of that", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const [replica, donor] = witnesses.replicas();
        assert.ok(replica !== undefined && donor !== undefined);
        const server = await scene.serverUuid(replica.name);
        const untilCopying = async (log: NodeLogs, seconds: number): Promise<void> => {
            const { text } = await log.untilLine(/^copying /, seconds);
            assert.equal(
                text,
                `copying ${donor.name}`,
                "a replica is fit, and the primary is spared",
            );
        };
        const log = await scene.follow(replica.name, "prepare");
        await wipeVolume(namespace, replica.name, replica.uid);
        await log.untilLine(/^making ready to receive a copy$/, 60);
        const recipient = await until(`${replica.name} has an address`, 10, () => {
            const pod = witnesses.pod(replica.name);
            return Promise.resolve(pod.address === "" ? seen("none") : found(pod));
        });
        // So that the copy isn't complete before it has been looked at.
        const heal = scene.undoLater(await slowDown(donor.address, recipient.address));
        await untilCopying(log, 60);
        await untilProgress(replica.name, donor.name);
        killServer(recipient.uid);
        log.stop();
        await heal();
        const again = await scene.follow(replica.name, "prepare");
        // The donor holds its hand out to the one that is gone for a minute: my.cnf says so.
        await untilCopying(again, 120);
        killServer(donor.uid);
        again.stop();
        await scene.untilAnotherServer(replica.name, server);
        await scene.verify(since);
    });
});

/** Ends what is left of a receiver that is cut off: it keeps the binary logs that it reads from being purged. */
async function endReceiver(pod: string, address: string): Promise<void> {
    const ids = await sql(
        { namespace, pod },
        `SELECT ID FROM performance_schema.processlist
             WHERE COMMAND LIKE 'Binlog Dump%' AND HOST LIKE '${address}:%'`,
    );
    for (const id of ids.split("\n").filter(Boolean)) {
        await sql({ namespace, pod }, `KILL ${id}`);
    }
}

/** Waits until the metrics tell of a copy under way. */
async function untilProgress(pod: string, donor: string): Promise<void> {
    await until(`the metrics tell how far ${pod} has copied ${donor}`, 20, async () => {
        const metrics = await ControllerMetrics.read(namespace);
        const percent = metrics.value("copy_progress_percent", { pod, donor });
        return percent === undefined ? seen("no such metric") : found(percent);
    });
}
