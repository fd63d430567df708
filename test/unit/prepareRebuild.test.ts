import * as assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import type { World } from "./prepareWorld";
import { worlds } from "./prepareWorld";

const uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
const other = "4e11fa47-71ca-11e1-9e33-c80aa9429562";
const errant = `2 ${uuid}:5-6`;
const discarding = `the controller wants the data of server ${uuid} thrown away and copied anew`;
const copied = [
    "the cluster has held data, and this volume is empty: copying a peer, never starting empty",
    "making ready to receive a copy",
    "copying mysql-0",
    "the data directory is complete",
    "ready to start",
];
const sql = [
    "SET @@SESSION.GTID_NEXT= 'A:5'/*!*/;",
    "insert into t values ('SET @@SESSION.GTID_NEXT= ')",
    "SET @@SESSION.GTID_NEXT= 'A:6'/*!*/;",
    "SET @@SESSION.GTID_NEXT= 'AUTOMATIC' /* added by mysqlbinlog */ /*!*/;",
    "",
].join("\n");

describe("prepare.sh, when the controller wants data copied anew", function () {
    this.timeout(30000);
    const world = worlds();

    function unwanted(word?: string): World {
        const pod = world("mysql-1");
        pod.putData(uuid);
        pod.wantRebuilt(uuid, word);
        pod.nameDonor("mysql-0");
        return pod;
    }

    function saved(pod: World): string[] {
        return readdirSync(`${pod.volume}/errant/${uuid}`).sort();
    }

    it("throws the data away and copies", async () => {
        const pod = unwanted();
        const { code, lines } = await pod.start();
        assert.equal(code, 0);
        assert.deepEqual(lines, [discarding, ...copied]);
        assert.deepEqual(pod.onVolume(), ["data"]);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-0");
    });

    it("leaves data that has another server_uuid than the one named, or none", async () => {
        for (const content of [`[auto]\nserver-uuid=${other}\n`, ""]) {
            const pod = unwanted();
            pod.write("volume/data/auto.cnf", content);
            assert.deepEqual((await pod.start()).lines, [
                "the volume holds the data already",
                "ready to start",
            ]);
        }
    });

    it("begins with nothing on no Pod that was to be copied anew", async () => {
        const pod = world();
        pod.putData(uuid);
        pod.write("topology/rebuild-mysql-0", uuid);
        const { lines } = await pod.start("prepare.sh", { until: /waiting/ });
        assert.deepEqual(lines.at(-1), "waiting for the controller to name a Pod to copy");
    });

    it("saves errant transactions as SQL first, where the image has mysqlbinlog", async () => {
        const pod = unwanted(errant);
        pod.fake("mysqlbinlog");
        pod.tell("binlog", sql);
        assert.deepEqual((await pod.start()).lines, [discarding, ...copied]);
        assert.ok(
            pod.calls().some((call) => call.endsWith(`--include-gtids=${uuid}:5-6 binlog.000001`)),
        );
        assert.deepEqual(pod.onVolume(), ["data", "errant"]);
        assert.deepEqual(saved(pod), ["README", "saved", "transactions.sql"]);
        assert.equal(pod.read(`volume/errant/${uuid}/transactions.sql`), sql);
        assert.equal(pod.read(`volume/errant/${uuid}/saved`), `${errant}\n`);
        assert.match(
            pod.read(`volume/errant/${uuid}/README`),
            new RegExp(
                `^2 transactions .*\nPod: mysql-1, server_uuid: ${uuid}\nTransactions: ${uuid}:5-6\n`,
            ),
        );
    });

    it("saves the binary logs whole where mysqlbinlog can't read them", async () => {
        const pod = unwanted(errant);
        pod.fake("mysqlbinlog");
        pod.tell("binlog-error", "Could not read entry at offset 4");
        assert.equal((await pod.start()).code, 0);
        assert.deepEqual(saved(pod), ["README", "binlog.000001", "saved"]);
        assert.equal(pod.read(`volume/errant/${uuid}/binlog.000001`), "a log");
        assert.match(pod.read(`volume/errant/${uuid}/README`), /Could not read entry/);
    });

    it("keeps the data when the binary logs lack some of them, until the controller thinks otherwise", async () => {
        const pod = unwanted(`3 ${uuid}:5-7`);
        pod.fake("mysqlbinlog");
        pod.tell("binlog", sql);
        const { code, lines } = await pod.start("prepare.sh", {
            then: [[/can't save/, () => pod.wantKept()]],
        });
        assert.equal(code, 0);
        assert.match(
            lines[1] ?? "",
            /^can't save the transactions that only this server has, so its data stays: the binary logs hold 2 of the 3 transactions/,
        );
        assert.deepEqual(lines.slice(2), [
            `the controller wants the data of server ${uuid} kept`,
            "the volume holds the data already",
            "ready to start",
        ]);
        assert.equal(pod.read("volume/data/binlog.000001"), "a log");
    });

    it("keeps the data when there is no room to save them, says so once, and goes on when there is", async () => {
        const pod = unwanted(errant);
        pod.fake("mysqlbinlog");
        pod.tell("binlog", sql);
        // A file in the way stands in for a full disk: root may write anywhere.
        pod.write("volume/errant", "");
        const { lines } = await pod.start("prepare.sh", {
            then: [
                [
                    /can't save/,
                    () => {
                        assert.ok(existsSync(`${pod.volume}/data/auto.cnf`));
                        rmSync(`${pod.volume}/errant`);
                    },
                ],
            ],
        });
        assert.match(lines[1] ?? "", /so its data stays: mkdir: /);
        assert.deepEqual(lines.slice(2), copied);
        assert.deepEqual(saved(pod), ["README", "saved", "transactions.sql"]);
    });

    it("understands a word on them or throws nothing away", async () => {
        const pod = unwanted("many");
        const { lines } = await pod.start("prepare.sh", { until: /can't save.*\n/ });
        assert.match(lines[1] ?? "", /the controller's word on them is not understood: many$/);
        assert.ok(pod.exists("volume/data/auto.cnf"));
    });

    it("saves what it was killed at, and doesn't save twice what it has", async () => {
        const pod = unwanted(errant);
        pod.fake("mysqlbinlog");
        pod.tell("binlog", sql);
        mkdirSync(`${pod.volume}/errant/${uuid}`, { recursive: true });
        pod.write(`volume/errant/${uuid}/transactions.sql`, "half");
        cpSync(`${pod.volume}/data`, `${pod.volume}/copy`, { recursive: true });
        assert.equal((await pod.start()).code, 0);
        assert.equal(pod.read(`volume/errant/${uuid}/transactions.sql`), sql);

        // Killed before the rename: the data is there still.
        rmSync(`${pod.volume}/data`, { recursive: true });
        renameSync(`${pod.volume}/copy`, `${pod.volume}/data`);
        const before = pod.calls().filter((call) => call.startsWith("binlog")).length;
        assert.equal((await pod.start()).code, 0);
        assert.equal(pod.calls().filter((call) => call.startsWith("binlog")).length, before);
        assert.equal(pod.read("volume/data/copy-of"), "mysql-0");
    });

    it("goes on after a kill between the rename and the removal", async () => {
        const pod = unwanted(errant);
        renameSync(`${pod.volume}/data`, `${pod.volume}/discarded.${uuid}`);
        assert.deepEqual((await pod.start()).lines, copied);
        assert.deepEqual(pod.onVolume(), ["data"]);
    });

    it("gives back what another Pod of this name put in place just before the rename", async () => {
        const pod = unwanted();
        pod.write("volume/data/auto.cnf", `[auto]\nserver-uuid=${other}\n`);
        renameSync(`${pod.volume}/data`, `${pod.volume}/discarded.${uuid}`);
        assert.deepEqual((await pod.start()).lines, [
            "the volume holds the data already",
            "ready to start",
        ]);
        assert.match(pod.read("volume/data/auto.cnf"), new RegExp(other));
    });

    it("keeps what it saves from the eyes of others", async () => {
        const pod = unwanted(errant);
        assert.equal((await pod.start()).code, 0);
        assert.equal(statSync(`${pod.volume}/errant/${uuid}`).mode & 0o777, 0o700);
    });
});
