import * as assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { worlds } from "./prepareWorld";

const firstStart = [
    "no sign that this cluster ever held data: making an empty data directory",
    "the data directory is complete",
    "ready to start",
];

describe("prepare.sh, which brings the data directory of a Pod into being", function () {
    this.timeout(30000);
    const world = worlds();

    it("makes an empty database on the first Pod of a new cluster", async () => {
        const pod = world();
        const { code, lines } = await pod.start();
        assert.deepEqual(lines, firstStart);
        assert.equal(code, 0);
        assert.deepEqual(pod.onVolume(), ["data"]);
        assert.deepEqual(pod.calls(), ["validate", "initialise incoming.uid-1"]);
    });

    it("leaves data that is there alone", async () => {
        const pod = world();
        pod.putData();
        assert.deepEqual((await pod.start()).lines, [
            "the volume holds the data already",
            "ready to start",
        ]);
        assert.deepEqual(pod.calls(), ["validate"]);
    });

    it("takes a data directory that someone emptied for none", async () => {
        const pod = world();
        pod.putData();
        for (const file of readdirSync(`${pod.volume}/data`)) {
            rmSync(`${pod.volume}/data/${file}`);
        }
        assert.deepEqual((await pod.start()).lines, firstStart);
    });

    it("begins again after a kill while the database was being made, and leaves no rest of it", async () => {
        const pod = world();
        pod.tell("die-at", "initialise incoming.uid-1");
        const killed = await pod.start();
        assert.equal(killed.signal, "SIGKILL");
        assert.deepEqual(pod.onVolume(), ["incoming.uid-1"]);
        assert.deepEqual((await pod.start("prepare.sh", { uid: "uid-2" })).lines, firstStart);
        assert.deepEqual(pod.onVolume(), ["data"]);
    });

    it("doesn't start empty beside a peer that holds data, even when nothing else says so", async () => {
        const pod = world();
        pod.peer("mysql-1", "full");
        pod.nameDonor("mysql-1");
        const { lines } = await pod.start();
        assert.deepEqual(lines, [
            "no sign that this cluster ever held data: making an empty data directory",
            "mysql-1 holds data, and this volume is empty: copying a peer, never starting empty",
            "making ready to receive a copy",
            "copying mysql-1",
            "the data directory is complete",
            "ready to start",
        ]);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-1");
    });

    it("doesn't start empty beside a peer that doesn't let it ask", async () => {
        const pod = world();
        pod.peer("mysql-1", "denied");
        pod.nameDonor("mysql-1");
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/waiting/, () => pod.clusterHasHeldData()]],
        });
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(1, 3), [
            "waiting for mysql-1 to let this Pod ask whether it holds data: ERROR 1045 (28000): Access denied for user 'cluster_clone'@'10.0.0.1' (using password: YES); if its password is an old one, delete that Pod",
            "the cluster has held data meanwhile, and this volume is empty: copying a peer, never starting empty",
        ]);
    });

    it("takes half an answer of a peer for none", async () => {
        const pod = world();
        pod.peer("mysql-1", "half");
        const { lines } = await pod.start("prepare.sh", { until: /waiting/ });
        assert.match(lines[1] ?? "", /^waiting for mysql-1 to say whether it holds data: empty$/);
    });

    it("waits for no answer longer than it should", async () => {
        const pod = world();
        pod.peer("mysql-1", "stuck");
        const options = { until: /waiting for/, answerSeconds: 0.1 };
        const { lines } = await pod.start("prepare.sh", options);
        assert.equal(
            lines[1],
            "waiting for mysql-1 to say whether it holds data: no answer within 10 seconds",
        );
    });

    it("doesn't start empty beside a peer that may hold data and doesn't answer yet", async () => {
        const pod = world();
        pod.peer("mysql-1", "refused");
        const { code, lines } = await pod.start("prepare.sh", { until: /waiting/ });
        assert.equal(code, 143);
        assert.deepEqual(lines.slice(1), [
            "waiting for mysql-1 to say whether it holds data: ERROR 2003 (HY000): Can't connect to MySQL server on 'mysql-1.mysql.db.svc.cluster.local.:3306' (111)",
        ]);
        assert.deepEqual(pod.onVolume(), ["incoming.uid-1"]);
    });

    it("starts empty once all peers say that they hold nothing either", async () => {
        const pod = world();
        pod.peer("mysql-1", "slow");
        pod.peer("mysql-2", "empty");
        const { lines } = await pod.start("prepare.sh", {
            then: [
                [
                    /waiting/,
                    () => {
                        assert.deepEqual(pod.onVolume(), ["incoming.uid-1"]);
                        pod.peer("mysql-1", "empty");
                    },
                ],
            ],
        });
        assert.deepEqual([lines[0], ...lines.slice(2)], firstStart);
    });

    it("believes nothing of DNS before DNS knows this very Pod", async () => {
        const pod = world();
        pod.forgetPeer("mysql-0");
        const { lines } = await pod.start("prepare.sh", { until: /waiting/ });
        assert.deepEqual(lines.slice(1), [
            "waiting for DNS to know this Pod: ERROR 2005 (HY000): Unknown MySQL server host 'mysql-0.mysql.db.svc.cluster.local.' (-2); if this lasts, compare clusterDomain with the cluster's",
        ]);
    });

    it("says what the server said when it can't make a database, and removes the rest", async () => {
        const pod = world();
        pod.tell("full-disk", "Disk is full writing './ibdata1' (OS errno 28)");
        const { code, lines } = await pod.start();
        assert.equal(code, 1);
        assert.equal(
            lines[1],
            "mysqld can't make a data directory: Disk is full writing './ibdata1' (OS errno 28)",
        );
        assert.deepEqual(pod.onVolume(), []);
    });

    it("names the setting that mysqld refuses", async () => {
        const pod = world();
        pod.tell("bad-config", "unknown variable 'loose=1'.");
        const { code, lines } = await pod.start();
        assert.equal(code, 1);
        assert.deepEqual(lines, [
            "mysqld refuses its settings: unknown variable 'loose=1'.; correct mysqldSettings",
        ]);
    });

    it("names the password that is missing, empty or impossible", async () => {
        for (const [content, line] of [
            [undefined, "the Secret lacks it, or this user may not read it: add the key password"],
            ["", "it is empty: put a password into the Secret"],
            ["a\0b", "it has a zero byte in it: put another password into the Secret"],
            [
                "x".repeat(257),
                "it is longer than MySQL's 256 bytes: put another password into the Secret",
            ],
        ] as const) {
            const pod = world();
            pod.putData();
            if (content === undefined) {
                rmSync(`${pod.directory}/credentials/password`);
            } else {
                pod.write("credentials/password", content);
            }
            const { code, lines } = await pod.start();
            assert.equal(code, 1);
            assert.equal(
                lines.at(-1)?.replace(pod.directory, ""),
                `can't use the password /credentials/password: ${line}`,
            );
            assert.ok(!pod.exists("run/boot.sql"));
        }
    });

    it("keeps passwords out of what it prints, of arguments and of files that others can read", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        const { lines } = await pod.start();
        const seen = [...lines, ...pod.calls()].join("\n");
        for (const secret of ["root's", "app's", "replication32", "clone32", "controller32"]) {
            assert.ok(!seen.includes(secret));
        }
        assert.deepEqual(readdirSync(pod.run).sort(), ["boot.sql", "server.cnf"]);
        assert.equal(statSync(`${pod.run}/boot.sql`).mode & 0o777, 0o600);
        assert.match(pod.read("world/clone.sql"), /REQUIRE SSL;/);
    });

    it("gives each Pod an identity, and a read-only start to all", async () => {
        for (const [name, id] of [
            ["mysql-0", 100],
            ["mysql-3", 103],
        ] as const) {
            const pod = world(name);
            pod.putData();
            await pod.start();
            assert.equal(
                pod.read("run/server.cnf"),
                `[mysqld]\nserver_id = ${id}\nreport_host = ${name}.mysql.db.svc.cluster.local\nsuper_read_only = ON\n`,
            );
        }
    });
});
