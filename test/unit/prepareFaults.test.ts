import * as assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { worlds } from "./prepareWorld";

describe("prepare.sh, when several things go wrong at once", function () {
    this.timeout(30000);
    const world = worlds();

    it("restores the primary only when every declared peer has a name and has answered", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.declare(3);
        pod.peer("mysql-2", "answered u:5 u:0");
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/waiting for mysql-1/, () => pod.peer("mysql-1", "answered u:9 u:0")]],
        });
        assert.equal(code, 0);
        assert.equal(
            lines[2],
            "waiting for mysql-1 to get a name in DNS, since it may hold newer data than the others; if it never comes back, scale it away",
        );
        assert.equal(pod.read("volume/data/copy-of"), "mysql-1");
    });

    it("doesn't wait for a Pod that is no longer declared", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.declare(3);
        pod.peer("mysql-1", "answered u:5 u:0");
        const { code } = await pod.start("prepare.sh", {
            then: [[/waiting for mysql-2/, () => pod.declare(2)]],
        });
        assert.equal(code, 0);
    });

    it("restores the primary when declared peers hold nothing, from one that does", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.declare(3);
        pod.peer("mysql-1", "answered u:5 u:0");
        pod.peer("mysql-2", "empty");
        assert.equal((await pod.start()).code, 0);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-1");
    });

    it("begins only when every declared peer has answered", async () => {
        const pod = world();
        pod.declare(2);
        const { lines } = await pod.start("prepare.sh", {
            then: [[/waiting for mysql-1/, () => pod.peer("mysql-1", "empty")]],
        });
        assert.deepEqual(lines, [
            "no sign that this cluster ever held data: making an empty data directory",
            "waiting for mysql-1 to get a name in DNS and to say whether it holds data; if it can't start, set mysqlPods to fewer",
            "the data directory is complete",
            "ready to start as the primary",
        ]);
    });

    it("doesn't begin once the program says that the cluster has held data", async () => {
        const pod = world();
        pod.peer("mysql-1", "refused");
        const { lines } = await pod.start("prepare.sh", {
            until: /no peer holds/,
            then: [
                [
                    /waiting for mysql-1/,
                    () => {
                        pod.clusterHasHeldData();
                        pod.peer("mysql-1", "empty");
                    },
                ],
            ],
        });
        assert.equal(
            lines[2],
            "the cluster has held data meanwhile, and this volume is empty: copying a peer, never starting empty",
        );
        assert.deepEqual(pod.onVolume(), []);
    });

    it("restores the primary only when its peers have applied all that they have received", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.peer("mysql-1", "applying u:5 u:0");
        pod.peer("mysql-2", "answered u:6 u:0");
        const { lines } = await pod.start("prepare.sh", {
            then: [[/waiting for mysql-1/, () => pod.peer("mysql-1", "answered u:9 u:0")]],
        });
        assert.equal(
            lines[2],
            "waiting for mysql-1 to apply what it has received from the lost primary; if its log says that it can't, mend it or scale it away",
        );
        assert.equal(pod.read("volume/data/copy-of"), "mysql-1");
    });

    it("doesn't start empty beside a peer that applies what it has received", async () => {
        const pod = world();
        pod.peer("mysql-1", "applying u:5 u:0");
        const { lines } = await pod.start("prepare.sh", { until: /to apply/ });
        assert.match(lines[1] ?? "", /^mysql-1 holds data, and this volume is empty/);
    });

    it("removes what another start left only under a name that it can't get to data from", async () => {
        const pod = world();
        mkdirSync(`${pod.volume}/incoming.old`);
        pod.write("volume/incoming.old/ibdata1", "half");
        mkdirSync(`${pod.volume}/removing.older`);
        pod.fake("rm");
        assert.equal((await pod.start()).code, 0);
        assert.deepEqual(pod.onVolume(), ["data"]);
        const removed = pod.read("world/removed");
        assert.match(removed, /\/removing\.old$/m);
        assert.doesNotMatch(removed, /\/incoming\.old/);
    });

    it("ends, to be started anew, when the server that receives copies has died", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "refused");
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/waiting for mysql-0/, () => pod.killRecipient()]],
        });
        assert.equal(code, 1);
        assert.equal(
            lines.at(-1),
            "the server that receives copies has ended with status 137: no error in its log; beginning anew",
        );
    });

    it("ends as well when that server dies while it copies", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        pod.tell("recipient-dies");
        const { code, lines } = await pod.start();
        assert.equal(code, 1);
        // Before them bash says that a job of its was killed.
        assert.deepEqual(lines.slice(-2), [
            "can't copy mysql-0: ERROR 2013 (HY000) at line 2: Lost connection to MySQL server during query",
            "the server that receives copies has ended with status 137: no error in its log; beginning anew",
        ]);
        assert.equal((await pod.start()).code, 0);
    });

    it("keeps a copy whose use the primary can't be asked about, and asks again", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        pod.tell("mute-mysql-0");
        const { code, lines } = await pod.start();
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(1, 4), [
            "copying mysql-0",
            "waiting for mysql-0 to say whether the copy of mysql-0 can follow it",
            "the data directory is complete",
        ]);
    });

    it("takes a peer that falls silent for neither more nor less advanced, and asks again", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.peer("mysql-1", "answered u:5 u:0");
        pod.peer("mysql-2", "answered u:9 u:0");
        pod.tell("mute-mysql-2");
        const { lines } = await pod.start();
        assert.equal(lines[2], "one of mysql-1 mysql-2 stopped answering: asking again");
        assert.equal(pod.read("volume/data/copy-of"), "mysql-2");
    });

    it("takes half an answer for none", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "half");
        const { lines } = await pod.start("prepare.sh", { until: /waiting for/ });
        assert.match(lines[1] ?? "", /^waiting for mysql-0: answered$/);
    });

    it("waits for no answer longer than it should", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "stuck");
        const options = { until: /waiting for/, answerSeconds: 0.5 };
        const { lines } = await pod.start("prepare.sh", options);
        assert.equal(lines[1], "waiting for mysql-0: no answer within 10 seconds");
    });

    it("asks about transactions in a way that no sql_mode changes", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        await pod.start();
        const asked = pod.read("world/asked");
        assert.match(asked, /REPLACE\(@@global\.gtid_executed, CHAR\(10\), ''\)/);
        assert.doesNotMatch(asked, /\\/);
        assert.match(pod.read("world/clone.sql"), /^SET SESSION sql_mode = '';\n/);
    });

    it("tries a copy that fails ever less often", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        pod.tell("clone-error", "3862 (HY000): Clone Donor Error: 28 : No space left on device.");
        await pod.start("prepare.sh", { until: /(can't copy[^]*){4}/ });
        const times = pod.read("world/clone-times").trim().split("\n").map(Number);
        const gaps = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 50_000);
        [1, 2, 4].forEach((least, index) => assert.ok((gaps[index] ?? 0) >= least, String(gaps)));
    });

    it("says what to do when a new server is to copy one of an older series", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        const error =
            "3864 (HY000) at line 3: Clone Donor MySQL version: 8.4.10 is different from Recipient MySQL version 9.7.1.";
        pod.tell("clone-error", error);
        const { lines } = await pod.start("prepare.sh", { until: /can't copy.*\n/ });
        assert.equal(
            lines[2],
            `can't copy mysql-0: ERROR ${error}; a copy needs servers of one series: set mysqlPods back until the new image runs on all of them`,
        );
    });
});
