import * as assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { worlds } from "./prepareWorld";

describe("prepare.sh, when several things go wrong at once", function () {
    this.timeout(30000);
    const world = worlds();

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
            "ready to start",
        ]);
    });

    it("doesn't wait for a Pod that is no longer declared", async () => {
        const pod = world();
        pod.declare(3);
        pod.peer("mysql-1", "empty");
        const { code } = await pod.start("prepare.sh", {
            then: [[/waiting for mysql-2/, () => pod.declare(2)]],
        });
        assert.equal(code, 0);
    });

    it("doesn't begin once the controller says that the cluster has held data", async () => {
        const pod = world();
        pod.peer("mysql-1", "refused");
        const { lines } = await pod.start("prepare.sh", {
            until: /to name a Pod/,
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
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/waiting for the controller/, () => pod.killRecipient()]],
        });
        assert.equal(code, 1);
        assert.equal(
            lines.at(-1),
            "the server that receives copies has ended with status 137: no error in its log; beginning anew",
        );
    });

    it("ends as well when that server dies while it copies", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        pod.tell("recipient-dies");
        const { code, lines } = await pod.start();
        assert.equal(code, 1);
        assert.equal(
            lines.at(-1),
            "the server that receives copies has ended with status 137: no error in its log; beginning anew",
        );
        assert.equal((await pod.start()).code, 0);
    });

    it("copies in a way that no sql_mode changes", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        await pod.start();
        assert.match(pod.read("world/clone.sql"), /^SET SESSION sql_mode = '';\n/);
    });

    it("tries a copy that fails ever less often", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        pod.tell("clone-error", "3862 (HY000): Clone Donor Error: 28 : No space left on device.");
        await pod.start("prepare.sh", { until: /(can't copy[^]*){4}/ });
        const times = pod.read("world/clone-times").trim().split("\n").map(Number);
        const gaps = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 20_000);
        [2, 4, 8].forEach((least, index) => assert.ok((gaps[index] ?? 0) >= least, String(gaps)));
    });

    it("waits no longer for its next try once the controller names another Pod", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        pod.tell("clone-error", "3862 (HY000): Clone Donor Error: 28 : No space left on device.");
        const { lines } = await pod.start("prepare.sh", {
            then: [
                [
                    /(can't copy mysql-0[^]*){3}/,
                    () => {
                        pod.untell("clone-error");
                        pod.nameDonor("mysql-2");
                    },
                ],
            ],
        });
        assert.deepEqual(lines.slice(-4, -2), [
            "can't copy mysql-0: ERROR 3862 (HY000): Clone Donor Error: 28 : No space left on device.",
            "copying mysql-2",
        ]);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-2");
    });

    it("says what to do when a new server is to copy one of an older series", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        const error =
            "3864 (HY000) at line 3: Clone Donor MySQL version: 8.4.10 is different from Recipient MySQL version 9.7.1.";
        pod.tell("clone-error", error);
        const { lines } = await pod.start("prepare.sh", { until: /can't copy.*\n/ });
        assert.equal(
            lines[3],
            `can't copy mysql-0: ERROR ${error}; a copy needs servers of one series: set mysqlPods back until the new image runs on all of them`,
        );
    });
});
