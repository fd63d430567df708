import * as assert from "node:assert/strict";
import { worlds } from "./prepareWorld";

describe("prepare.sh, when a volume is to be a copy of a peer", function () {
    this.timeout(30000);
    const world = worlds();

    it("waits for a peer rather than start empty when the cluster has held data", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.peer("mysql-1", "empty");
        const { lines } = await pod.start("prepare.sh", { until: /no peer/ });
        assert.deepEqual(lines, [
            "the cluster has held data, and this volume is empty: copying a peer, never starting empty",
            "making ready to receive a copy",
            "no peer holds data. Bring back a Pod or a volume that does; to begin anew with nothing, delete the ConfigMap mysql-topology and this Pod",
        ]);
        assert.deepEqual(pod.onVolume(), []);
    });

    it("restores the primary from the most advanced of all its peers", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.peer("mysql-1", "answered u:5 u:0");
        pod.peer("mysql-2", "answered u:9 u:0");
        pod.peer("mysql-3", "answered u:8 u:0");
        assert.equal((await pod.start()).code, 0);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-2");
        assert.match(pod.read("run/boot.sql"), /^RESET REPLICA ALL;$/m);
    });

    it("restores the primary only when every peer has said what it holds", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.peer("mysql-1", "answered u:5 u:0");
        pod.peer("mysql-2", "slow");
        const { lines } = await pod.start("prepare.sh", { until: /waiting/ });
        assert.equal(
            lines[2],
            "waiting for mysql-2, which may hold newer data than the others; if it never comes back, scale it away: ERROR 2003 (HY000): Can't connect to MySQL server on 'mysql-2.mysql.db.svc.cluster.local.:3306' (110)",
        );
    });

    it("leaves it to people to choose between peers whose data differs", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        pod.peer("mysql-1", "answered u:5 u:0");
        pod.peer("mysql-2", "answered v:5 v:0");
        const { lines } = await pod.start("prepare.sh", { until: /differ/ });
        assert.equal(
            lines[2],
            "the peers mysql-1 mysql-2 differ: each holds transactions that another lacks. Decide which to keep, and remove the volume of the other",
        );
    });

    it("says which peer holds data and refuses to be copied", async () => {
        const pod = world();
        pod.peer("mysql-1", "denied");
        const { lines } = await pod.start("prepare.sh", { until: /let this Pod/ });
        assert.deepEqual(lines.slice(1), [
            "mysql-1 holds data, and this volume is empty: copying a peer, never starting empty",
            "making ready to receive a copy",
            "mysql-1 holds data and doesn't let this Pod copy it: ERROR 1045 (28000): Access denied for user 'cluster_clone'@'10.0.0.1' (using password: YES)",
        ]);
    });

    it("copies a replica rather than the primary, when that one can follow the primary", async () => {
        const pod = world("mysql-3");
        pod.peer("mysql-0", "answered u:9 u:4");
        pod.peer("mysql-1", "answered u:3 u:0");
        pod.peer("mysql-2", "answered u:8 u:0");
        const { lines } = await pod.start();
        assert.deepEqual(lines, [
            "making ready to receive a copy",
            "copying mysql-2",
            "the data directory is complete",
            "ready to start as the replica of mysql-0",
        ]);
        assert.deepEqual(pod.calls(), [
            "validate",
            "initialise recipient",
            "serve recipient",
            "clone mysql-2",
            "serve incoming.uid-1",
        ]);
    });

    it("copies no replica that holds what the primary doesn't", async () => {
        const pod = world("mysql-2");
        pod.peer("mysql-0", "answered u:9 u:0");
        pod.peer("mysql-1", "answered v:9 v:0");
        await pod.start();
        assert.equal(pod.read("volume/data/copy-of"), "mysql-0");
    });

    it("waits for the primary and says why, once for each reason", async () => {
        const pod = world("mysql-1");
        const { lines } = await pod.start("prepare.sh", {
            then: [
                [/a name in DNS/, () => pod.peer("mysql-0", "refused")],
                [/ERROR 2003/, () => pod.peer("mysql-0", "empty")],
                [/has no data itself/, () => pod.peer("mysql-0", "answered u:2 u:0")],
            ],
        });
        assert.deepEqual(lines, [
            "making ready to receive a copy",
            "waiting for mysql-0 to get a name in DNS",
            "waiting for mysql-0: ERROR 2003 (HY000): Can't connect to MySQL server on 'mysql-0.mysql.db.svc.cluster.local.:3306' (111)",
            "waiting for mysql-0, which has no data itself",
            "copying mysql-0",
            "the data directory is complete",
            "ready to start as the replica of mysql-0",
        ]);
    });

    it("takes its turn when the donor is being copied already", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        pod.tell("busy-mysql-0");
        const { code, lines } = await pod.start();
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(1, 4), [
            "copying mysql-0",
            "mysql-0 is being copied by another Pod: waiting, since a server is copied once at a time",
            "copying mysql-0",
        ]);
    });

    it("refuses a copy that lacks what the primary has thrown away", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:5");
        const { code, lines } = await pod.start();
        assert.equal(code, 1);
        assert.equal(
            lines.at(-1),
            "the copy of mysql-0 is of no use: mysql-0 has deleted binary logs that it needs",
        );
        assert.deepEqual(pod.onVolume(), []);
    });

    for (const step of [
        "initialise recipient",
        "serve recipient",
        "clone",
        "serve incoming.uid-1",
    ]) {
        it(`copies anew after a kill at the step: ${step}`, async () => {
            const pod = world("mysql-1");
            pod.peer("mysql-0", "answered u:2 u:0");
            pod.tell("die-at", step);
            assert.equal((await pod.start()).signal, "SIGKILL");
            assert.ok(!pod.onVolume().includes("data"));
            assert.equal((await pod.start("prepare.sh", { uid: "uid-2" })).code, 0);
            assert.deepEqual(pod.onVolume(), ["data"]);
            assert.equal(pod.read("volume/data/copy-of"), "mysql-0");
        });
    }

    it("lets one of two that run at once on a volume win, and the other use its data", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/making ready/, () => pod.putData("u:9")]],
        });
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(2), [
            "another Pod of this name has put data on the volume meanwhile: using that",
            "ready to start as the replica of mysql-0",
        ]);
        assert.deepEqual(pod.onVolume(), ["data"]);
        assert.equal(pod.read("volume/data/transactions"), "u:9");
    });

    it("says what the server said when a copy fails, removes the rest and tries again", async () => {
        const pod = world("mysql-1");
        pod.peer("mysql-0", "answered u:2 u:0");
        pod.tell("clone-error", "3862 (HY000): Clone Donor Error: 1045 : Access denied.");
        const { lines } = await pod.start("prepare.sh", { until: /can't copy/ });
        assert.equal(
            lines[2],
            "can't copy mysql-0: ERROR 3862 (HY000): Clone Donor Error: 1045 : Access denied.",
        );
        assert.deepEqual(pod.onVolume(), []);
    });
});
