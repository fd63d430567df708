import * as assert from "node:assert/strict";
import type { Outcome } from "./prepareWorld";
import { World } from "./prepareWorld";

const tooMany = "ERROR 1040 (HY000): Too many connections";
const gone =
    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)";

async function probe(script: string, answer: string): Promise<Outcome> {
    const world = new World();
    try {
        world.tell("probe", answer);
        return await world.start(script);
    } finally {
        world.remove();
    }
}

describe("alive.sh", () => {
    it("succeeds for a server that answers at all, be it that it is full or shutting down", async () => {
        for (const answer of [
            "",
            tooMany,
            "ERROR 1053 (08S01): Server shutdown in progress",
            "ERROR 1045 (28000): Access denied for user 'cluster_monitor'@'localhost'",
        ]) {
            assert.equal((await probe("alive.sh", answer)).code, 0, answer);
        }
    });

    it("fails for a server that isn't there, and says what the client said", async () => {
        const { code, lines } = await probe("alive.sh", gone);
        assert.equal(code, 1);
        assert.deepEqual(lines, [`the server doesn't answer: ${gone}`]);
    });
});

describe("ready.sh", () => {
    it("succeeds when the server finds itself fit for its role", async () => {
        assert.equal((await probe("ready.sh", "ready")).code, 0);
    });

    it("keeps a server that is full in its Service, where it would be missed even more", async () => {
        assert.equal((await probe("ready.sh", tooMany)).code, 0);
    });

    it("fails with the reason otherwise", async () => {
        for (const answer of [gone, "behind the primary by 61 seconds"]) {
            const { code, lines } = await probe("ready.sh", answer);
            assert.equal(code, 1);
            assert.deepEqual(lines, [answer]);
        }
    });

    it("asks for no text of an error, which may hold rows and shows up in events", async () => {
        const world = new World();
        try {
            world.tell("probe", "ready");
            await world.start("ready.sh");
            assert.match(world.read("world/asked"), /LAST_ERROR_NUMBER/);
            assert.doesNotMatch(world.read("world/asked"), /LAST_ERROR_MESSAGE/);
        } finally {
            world.remove();
        }
    });
});
