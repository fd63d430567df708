import * as assert from "node:assert/strict";
import { worlds } from "./prepareWorld";

const waiting = "waiting for the controller to name a Pod to copy";

describe("prepare.sh, when a volume is to be a copy of a peer", function () {
    this.timeout(30000);
    const world = worlds();

    it("waits for the controller's word, on the first Pod too when the cluster has held data", async () => {
        const pod = world();
        pod.clusterHasHeldData();
        const { code, lines } = await pod.start("prepare.sh", { until: /waiting/ });
        assert.equal(code, 143);
        assert.deepEqual(lines, [
            "the cluster has held data, and this volume is empty: copying a peer, never starting empty",
            "making ready to receive a copy",
            waiting,
        ]);
        assert.deepEqual(pod.onVolume(), []);
    });

    it("copies the Pod that the controller names, once it does", async () => {
        const pod = world("mysql-3");
        const { lines } = await pod.start("prepare.sh", {
            then: [[/waiting/, () => pod.nameDonor("mysql-2")]],
        });
        assert.deepEqual(lines, [
            "this volume is empty: copying a peer, never starting empty",
            "making ready to receive a copy",
            waiting,
            "copying mysql-2",
            "the data directory is complete",
            "ready to start",
        ]);
        assert.deepEqual(pod.calls(), [
            "validate",
            "initialise recipient",
            "serve recipient",
            "clone mysql-2",
            "serve incoming.uid-1",
        ]);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-2");
        assert.match(
            pod.read("world/clone.sql"),
            /^CLONE INSTANCE FROM 'cluster_clone'@'mysql-2\.mysql\.db\.svc\.cluster\.local':3306 /m,
        );
    });

    it("hears the word within half a second, on a machine that is not busy", async () => {
        const pod = world("mysql-1");
        let named = 0;
        let heard = 0;
        await pod.start("prepare.sh", {
            environment: { WORD_SECONDS: undefined },
            then: [
                [
                    /waiting/,
                    () => {
                        named = Date.now();
                        pod.nameDonor("mysql-0");
                    },
                ],
                [/copying mysql-0/, () => (heard = Date.now())],
            ],
        });
        assert.ok(named > 0 && heard - named < 1500, `${heard - named} ms`);
    });

    it("copies nobody but another Pod of the cluster", async () => {
        for (const named of [
            "mysql-1.mysql.db.svc.cluster.local:3306",
            "mysql-0.mysql.other.svc.cluster.local:3306",
            "mysql-0.mysql.db.svc.cluster.local:3307",
            "elsewhere:3306",
        ]) {
            const pod = world("mysql-1");
            pod.tell("donor", `${named}\n`);
            const { lines } = await pod.start("prepare.sh", {
                then: [[/another word/, () => pod.nameDonor("mysql-0")]],
            });
            assert.equal(
                lines[2],
                `the controller names ${named}, which is no other Pod of this cluster: waiting for another word`,
            );
            assert.equal(pod.read("volume/data/copy-of"), "mysql-0");
        }
    });

    it("tells who asks that it is empty, and lets the controller alone say whom to copy", async () => {
        const pod = world("mysql-1");
        let sql = "";
        await pod.start("prepare.sh", {
            until: /waiting/,
            then: [[/waiting/, () => (sql = pod.read("run/recipient.sql"))]],
        });
        const rights = sql.split("\n").filter((line) => line.startsWith("GRANT"));
        assert.deepEqual(rights, [
            "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO 'cluster_controller'@'%';",
            "GRANT SELECT ON performance_schema.* TO 'cluster_controller'@'%';",
        ]);
        for (const account of ["cluster_clone", "cluster_controller"]) {
            assert.match(sql, new RegExp(`^ALTER USER '${account}'@'%' .* REQUIRE SSL `, "m"));
        }
    });

    it("takes its turn when the donor is being copied already", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        pod.tell("busy-mysql-0");
        const { code, lines } = await pod.start();
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(2, 5), [
            "copying mysql-0",
            "mysql-0 is being copied by another Pod: waiting, since a server is copied once at a time",
            "copying mysql-0",
        ]);
    });

    for (const step of [
        "initialise recipient",
        "serve recipient",
        "clone",
        "serve incoming.uid-1",
    ]) {
        it(`copies anew after a kill at the step: ${step}`, async () => {
            const pod = world("mysql-1");
            pod.nameDonor("mysql-0");
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
        pod.nameDonor("mysql-0");
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/making ready/, () => pod.putData("bbbb-2")]],
        });
        assert.equal(code, 0);
        assert.deepEqual(lines.slice(3), [
            "another Pod of this name has put data on the volume meanwhile: using that",
            "ready to start",
        ]);
        assert.deepEqual(pod.onVolume(), ["data"]);
        assert.match(pod.read("volume/data/auto.cnf"), /bbbb-2/);
    });

    it("says what the server said when a copy fails, removes the rest and tries again", async () => {
        const pod = world("mysql-1");
        pod.nameDonor("mysql-0");
        pod.tell("clone-error", "3862 (HY000): Clone Donor Error: 1045 : Access denied.");
        const { lines } = await pod.start("prepare.sh", { until: /can't copy/ });
        assert.equal(
            lines[3],
            "can't copy mysql-0: ERROR 3862 (HY000): Clone Donor Error: 1045 : Access denied.",
        );
        assert.deepEqual(pod.onVolume(), []);
    });
});
