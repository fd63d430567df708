import assert from "node:assert/strict";
import { Freshness } from "../../controller/freshness";
import type { ServerSeen } from "../../controller/observation";
import { channel, id, primary, replica, uuid } from "../simulation/world/cases";

describe("how old a server's data is", () => {
    let time: number;
    let freshness: Freshness;

    beforeEach(() => {
        time = 1_000;
        freshness = new Freshness(() => time);
    });

    const made = (last: number) => `${uuid(0)}:1-${last}`;

    /** The ages of mysql-1 when the primary has made so many transactions, and it has applied and received so many. */
    function ages(primaryHas: number, applied: number, received = applied) {
        const seen = freshness.add(
            {
                "mysql-0": primary({ executed: made(primaryHas) }),
                "mysql-1": replica(1, {
                    executed: made(applied),
                    channel: channel({ retrieved: made(received) }),
                }),
                "mysql-2": { answer: "empty" },
            },
            id(0),
            time,
        );
        assert.deepEqual(seen["mysql-2"], { answer: "empty" });
        const { appliedAgeMs, receivedAgeMs } = seen["mysql-1"] as ServerSeen & {
            answer: "serving";
        };
        return [appliedAgeMs, receivedAgeMs];
    }

    it("is the age of the newest state of the primary that is in it", () => {
        assert.deepEqual(ages(10, 10), [0, 0]);
        time += 1_000;
        assert.deepEqual(ages(20, 10, 20), [1_000, 0]);
        time += 1_000;
        assert.deepEqual(ages(30, 15, 25), [2_000, 1_000]);
        assert.deepEqual(ages(30, 30), [0, 0]);
    });

    it("is unknown of a server that holds no state that was seen", () => {
        assert.deepEqual(ages(10, 9), [undefined, undefined]);
        freshness.forget();
        assert.deepEqual(ages(8, 9), [0, 0]);
    });

    it("goes by no state of a server that isn't the primary any more", () => {
        const servers = { "mysql-0": primary({ executed: made(1) }), "mysql-1": replica(1) };
        const seen = freshness.add(servers, { ...id(0), uuid: uuid(7) }, time);
        assert.equal((seen["mysql-1"] as { appliedAgeMs?: number }).appliedAgeMs, undefined);
    });
});
