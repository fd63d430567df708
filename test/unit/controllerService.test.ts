import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { decide } from "../../controller/decide";
import { readEnvironment } from "../../controller/environment";
import type { Event } from "../../controller/plan";
import { serve } from "../../controller/service/http";
import { jsonLog, withoutRepeats } from "../../controller/service/log";
import { Metrics } from "../../controller/service/metrics";
import { Reporter } from "../../controller/service/reporter";
import { defaultSettings } from "../../controller/settings";
import { Readers } from "../../controller/readers";
import { channel, now, replica, seen, silent } from "../simulation/world/cases";

describe("the controller's environment", () => {
    const given = {
        namespace: "shop",
        cluster: "orders",
        clusterDomain: "cluster.local",
        databaseName: "app",
        selector: "mysqlnfs/service=orders",
        lagBoundMs: 5_000,
        failoverAfterMs: 4_000,
        readsFromPrimary: "whenAlone",
        rebuildErrant: false,
    };

    it("is one JSON and the Pod's name", () => {
        const variables = { CONTROLLER_SETTINGS: JSON.stringify(given), POD_NAME: "c-1" };
        const { settings, namespace, identity } = readEnvironment(variables);
        assert.deepEqual([namespace, identity], ["shop", "c-1"]);
        assert.deepEqual(settings, {
            ...defaultSettings,
            cluster: "orders",
            lagBoundMs: 5_000,
            failoverAfterMs: 4_000,
            readsFromPrimary: "whenAlone",
            rebuildErrant: false,
        });
    });

    it("is refused by the name of what is missing", () => {
        const CONTROLLER_SETTINGS = JSON.stringify({ ...given, lagBoundMs: "5" });
        assert.throws(
            () => readEnvironment({ CONTROLLER_SETTINGS }),
            /lagBoundMs is "5", not a number/,
        );
        assert.throws(() => readEnvironment({}), /namespace is undefined, not a string/);
    });
});

describe("what the controller tells", () => {
    const lines: Record<string, unknown>[] = [];
    const sent: Event[] = [];
    let time = 0;
    const log = jsonLog((line) => lines.push(JSON.parse(line) as Record<string, unknown>));
    const metrics = new Metrics();
    const send = (event: Event) => {
        sent.push(event);
        return Promise.resolve();
    };
    const reporter = new Reporter(log, metrics, send, () => time);
    const change = {
        servers: { "mysql-2": replica(2, { channel: channel({ lagMs: 61_000 }) }) },
    };

    beforeEach(() => {
        lines.length = 0;
        sent.length = 0;
    });

    it("is its state, in the log when it changes and in each round's metrics", async () => {
        const observation = seen(change);
        const plan = decide(observation, defaultSettings, now);
        reporter.tell(observation, plan);
        reporter.tell(observation, plan);
        assert.deepEqual(
            lines.map(({ message, state, reasons }) => ({ message, state, reasons })),
            [{ message: "state", state: "Degraded", reasons: ["mysql-2: it is 61 s behind"] }],
        );
        const text = await metrics.registry.metrics();
        for (const line of [
            'mysql_cluster_state{state="Degraded"} 1',
            'mysql_cluster_state{state="Healthy"} 0',
            'mysql_cluster_server_role{pod="mysql-0",role="primary"} 1',
            'mysql_cluster_server_role{pod="mysql-0",role="replica"} 0',
            'mysql_cluster_replica_lag_seconds{pod="mysql-2"} 61',
            'mysql_cluster_semi_sync_acknowledgements{pod="mysql-0"} 1',
            'mysql_cluster_semi_sync_replica{pod="mysql-1"} 1',
            "mysql_cluster_term 3",
        ]) {
            assert.ok(text.includes(`${line}\n`), line);
        }
    });

    it("is how far a copy has come", async () => {
        const copying = { donor: "mysql-1", percent: 40 };
        const observation = seen({ servers: { "mysql-2": { answer: "empty", copying } } });
        reporter.tell(observation, decide(observation, defaultSettings, now));
        const text = await metrics.registry.metrics();
        assert.ok(
            text.includes(
                'mysql_cluster_copy_progress_percent{pod="mysql-2",donor="mysql-1"} 40\n',
            ),
        );
        const { reasons } = lines.at(-1) as { reasons: string[] };
        assert.equal(reasons[0], "mysql-2 copies mysql-1, 40 %");
    });

    const count = async (reason: string) => {
        const text = await metrics.registry.metrics();
        return new RegExp(`events_total{reason="${reason}"} (\\d+)\n`).exec(text)?.[1];
    };

    it("is each change of primary, however soon it comes again", async () => {
        const names = ["mysql-1", "mysql-0", "mysql-1"];
        const events = names.map((pod): Event => ({
            type: "Normal",
            reason: "Switchover",
            message: `${pod} is the primary`,
        }));
        events.forEach((event) => reporter.happened(event));
        assert.deepEqual(sent, events);
        assert.equal(await count("Switchover"), "3");
    });

    it("is what recurs once a minute, whatever times its words name", async () => {
        const role = (message: string): Event => ({
            type: "Normal",
            reason: "Role",
            message,
            recurs: true,
        });
        reporter.happened(role("mysql-2 is 61 s late"));
        time += 59_999;
        reporter.happened(role("mysql-2 is 62 s late"));
        assert.equal(sent.length, 1);
        time += 1;
        reporter.happened(role("mysql-2 is 63 s late"));
        reporter.happened(role("mysql-1 is 63 s late"));
        assert.equal(sent.length, 3);
        assert.equal(await count("Role"), "3");
    });

    it("is that the cluster is lost, once a minute", async () => {
        const servers = { "mysql-0": silent, "mysql-1": silent, "mysql-2": silent };
        const observation = seen({ servers });
        const plan = decide(observation, defaultSettings, now);
        reporter.tell(observation, plan);
        reporter.tell(observation, plan);
        assert.deepEqual(
            sent.map(({ type, reason, message }) => [type, reason, message]),
            [["Warning", "Lost", `nothing is done: ${plan.reasons.join("; ")}`]],
        );
        assert.equal(await count("Lost"), "1");
    });

    it("is each round in which something could not be seen or done", async () => {
        reporter.couldNotSee("no API server");
        reporter.leftUndone();
        const text = await metrics.registry.metrics();
        assert.ok(text.includes("mysql_cluster_failed_rounds_total 2\n"));
    });

    it("is nothing about servers while it doesn't lead", async () => {
        metrics.tellLeading(false);
        const text = await metrics.registry.metrics();
        assert.ok(text.includes("mysql_cluster_leader 0\n"));
        assert.ok(!text.includes("mysql-2"));
    });

    it("is a warning once for a while, by all its words", () => {
        const quiet = withoutRepeats(log, 10_000, () => time);
        quiet.warn("act failed", { pod: "mysql-1" });
        quiet.warn("act failed", { pod: "mysql-2" });
        quiet.warn("act failed", { pod: "mysql-1" });
        assert.equal(lines.length, 2);
        time += 10_000;
        quiet.warn("act failed", { pod: "mysql-1" });
        assert.equal(lines.length, 3);
    });

    it("is at /healthz whether it goes round, and at /metrics the rest", async () => {
        let well = true;
        const server = serve(0, metrics, () => well);
        await new Promise((resolve) => server.once("listening", resolve));
        const { port } = server.address() as AddressInfo;
        const status = async (path: string) =>
            (await fetch(`http://127.0.0.1:${port}${path}`)).status;
        try {
            assert.deepEqual(
                [await status("/healthz"), await status("/metrics"), await status("/")],
                [200, 200, 404],
            );
            well = false;
            assert.equal(await status("/healthz"), 503);
        } finally {
            server.closeAllConnections();
            server.close();
        }
    });
});

describe("how long a Pod has had readers, or none", () => {
    const pod = (uid: string, reads: boolean) => ({
        uid,
        ready: true,
        deleting: false,
        outdated: false,
        labels: { role: "replica" as const, reads },
    });

    it("counts from when its label was first seen so, and anew for each Pod", () => {
        let time = 0;
        const readers = new Readers(() => time);
        const forMs = (uid: string, reads: boolean) =>
            readers.add({ "mysql-1": pod(uid, reads) })["mysql-1"]?.readsForMs;
        assert.equal(forMs("a", false), 0);
        time = 700;
        assert.equal(forMs("a", false), 700);
        assert.equal(forMs("a", true), 0);
        time = 900;
        assert.equal(forMs("a", true), 200);
        assert.equal(forMs("a", false), 0);
        assert.equal(forMs("b", false), 0);
        readers.forget();
        time = 1_000;
        assert.equal(forMs("b", false), 0);
    });
});
