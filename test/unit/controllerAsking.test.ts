import assert from "node:assert/strict";
import { formatGtidSet } from "../../controller/gtid";
import type { Row } from "../../controller/servers/asking";
import { fenceStatement, readAnswer, readFence } from "../../controller/servers/asking";

const uuid = "00000001-0000-0000-0000-000000000000";

/** What a replica answers, but for the change. */
function row(change: Row = {}): Row {
    return {
        recipient: 0,
        donor: null,
        copying: null,
        sourceHost: "mysql-0.mysql.shop.svc.cluster.local",
        receiving: "ON",
        receiveError: 0,
        retrieved: `${uuid}:1-9`,
        heardAgoMs: "120.5",
        applying: "ON",
        applyError: 0,
        lagMs: null,
        executed: `${uuid}:1-5:7,\n00000002-0000-0000-0000-000000000000:1`,
        purged: "",
        uuid,
        fence: "DO 12",
        readOnly: 1,
        superReadOnly: 1,
        waitsFor: 0,
        acknowledges: 1,
        replicas: null,
        stuckForSeconds: null,
        copies: 0,
        ...change,
    };
}

function serving(change: Row = {}) {
    const { seen } = readAnswer(row(change));
    assert.ok(seen.answer === "serving");
    return seen;
}

describe("a server's answer", () => {
    it("tells what a replica is", () => {
        const { executed, purged, channel, ...rest } = serving();
        const { retrieved, ...receiving } = channel ?? assert.fail("there is a channel");
        assert.deepEqual(rest, {
            answer: "serving",
            uuid,
            fence: 12,
            readOnly: true,
            superReadOnly: true,
            source: { waitsFor: 0, replicas: [] },
            acknowledges: true,
            copies: 0,
        });
        assert.deepEqual(receiving, {
            source: "mysql-0",
            receiving: "on",
            applying: true,
            receiveError: 0,
            applyError: 0,
            lagMs: 0,
            heardAgoMs: 120.5,
        });
        assert.equal(
            formatGtidSet(executed),
            `${uuid}:1-5:7,00000002-0000-0000-0000-000000000000:1`,
        );
        assert.equal(formatGtidSet(retrieved), `${uuid}:1-9`);
        assert.equal(formatGtidSet(purged), "");
    });

    it("tells of a primary who waits and who is connected", () => {
        const seen = serving({ sourceHost: null, waitsFor: 2, replicas: "a,b", readOnly: "0" });
        assert.deepEqual(seen.source, { waitsFor: 2, replicas: ["a", "b"] });
        assert.equal(seen.channel, undefined);
        assert.equal(seen.readOnly, false);
    });

    it("tells that a server never heard its source, and no negative times where clocks differ", () => {
        assert.equal(serving({ heardAgoMs: null }).channel?.heardAgoMs, undefined);
        const seen = serving({ heardAgoMs: -3, lagMs: -7 }).channel;
        assert.deepEqual([seen?.heardAgoMs, seen?.lagMs], [0, 0]);
    });

    it("tells since when a full disk keeps commits waiting", () => {
        assert.equal(serving().stuckForMs, undefined);
        assert.equal(serving({ stuckForSeconds: 4 }).stuckForMs, 4_000);
    });

    it("of a server that receives a copy is that it holds nothing, and how far the copy is", () => {
        const donor = "mysql-1.mysql.shop.svc.cluster.local:3306";
        assert.deepEqual(readAnswer(row({ recipient: 1, donor, copying: `${donor} 42` })), {
            seen: { answer: "empty", copying: { donor: "mysql-1", percent: 42 } },
            donor,
        });
        assert.deepEqual(readAnswer(row({ recipient: 1 })).seen, { answer: "empty" });
    });

    it("has the fence that was set, and none of what anybody else has written there", () => {
        assert.equal(readFence(fenceStatement(31)), 31);
        assert.equal(readFence(""), 0);
        assert.equal(readFence("SET NAMES utf8mb4"), 0);
    });
});
