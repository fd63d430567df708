import assert from "node:assert/strict";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import { isSecret, makeSecret, reveal, UNKNOWN } from "../../sandbox/providers/plugin/values";
import { randomText, stringRules } from "../../sandbox/providers/random/generate";
import { RandomProvider } from "../../sandbox/providers/random/provider";

const provider = new RandomProvider();
const urnOf = (type: string) =>
    `urn:pulumi:s::p::random:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}::name`;

async function create(type: string, inputs: JsonObject) {
    return provider.create({ urn: urnOf(type), inputs, timeoutSeconds: 0, preview: false });
}

async function failures(type: string, news: JsonObject): Promise<string[]> {
    const request = { urn: urnOf(type), olds: {}, news, randomSeed: new Uint8Array() };
    return ((await provider.check(request)).failures ?? []).map(({ reason }) => reason);
}

async function replaces(type: string, olds: JsonObject, news: JsonObject): Promise<string[]> {
    const request = { id: "x", urn: urnOf(type), olds, news, ignoreChanges: [] };
    return (await provider.diff(request)).replaces ?? [];
}

describe("random stand-in", () => {
    it("draws a password of the asked length and characters, and marks it secret", async () => {
        const { id, state } = await create("RandomPassword", { length: 32, special: false });
        assert.equal(id, "none");
        assert.equal(isSecret(state["result"]), true);
        assert.match(JSON.stringify(reveal(state["result"] ?? null)), /^"[A-Za-z0-9]{32}"$/);
    });

    it("gives each class at least its minimum", () => {
        const rules = stringRules({
            length: 8,
            minLower: 2,
            minUpper: 2,
            minNumeric: 2,
            minSpecial: 2,
            overrideSpecial: "!?",
        });
        for (let i = 0; i < 50; i++) {
            const classes = [...randomText(rules)].map((character) =>
                /[a-z]/.test(character)
                    ? "a"
                    : /[A-Z]/.test(character)
                      ? "A"
                      : /\d/.test(character)
                        ? "1"
                        : character.replace(/[!?]/, "!"),
            );
            assert.equal(classes.sort().join(""), "!!11AAaa");
        }
    });

    it("uses every character about equally often", () => {
        const rules = stringRules({ length: 20_000, lower: false, upper: false, special: false });
        const counts = new Map<string, number>();
        for (const digit of randomText(rules)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
        assert.equal(counts.size, 10);
        for (const count of counts.values()) assert.ok(Math.abs(count - 2_000) < 300, `${count}`);
    });

    it("draws ids in all their notations", async () => {
        const { id, state } = await create("RandomId", { byteLength: 4, prefix: "p-" });
        const bytes = Buffer.from(id, "base64url");
        assert.equal(bytes.length, 4);
        assert.equal(state["hex"], `p-${bytes.toString("hex")}`);
        assert.equal(state["dec"], `p-${bytes.readUInt32BE()}`);
        assert.equal(state["b64Std"], `p-${bytes.toString("base64")}`);
    });

    it("draws integers within their bounds, and UUIDs", async () => {
        const { state } = await create("RandomInteger", { min: 3, max: 3 });
        assert.equal(state["result"], 3);
        const { id } = await create("RandomUuid", {});
        assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    it("draws anew when any input changes, and only then", async () => {
        const { state } = await create("RandomPassword", { length: 16, keepers: { a: "1" } });
        const same = { length: 16, keepers: { a: "1" } };
        assert.deepEqual(await replaces("RandomPassword", state, same), []);
        assert.deepEqual(await replaces("RandomPassword", state, { ...same, special: true }), []);
        assert.deepEqual(await replaces("RandomPassword", state, { ...same, length: 17 }), [
            "length",
        ]);
        assert.deepEqual(await replaces("RandomPassword", state, { length: 16 }), ["keepers"]);
        assert.deepEqual(await replaces("RandomPassword", state, { ...same, special: false }), [
            "special",
        ]);
        const keepers = { a: UNKNOWN };
        assert.deepEqual(await replaces("RandomPassword", state, { ...same, keepers }), [
            "keepers",
        ]);
    });

    it("keeps what it drew through a refresh", async () => {
        const { id, state } = await create("RandomString", { length: 5 });
        const read = await provider.read({ id, urn: urnOf("RandomString"), state, inputs: {} });
        assert.deepEqual(read, { id, state, inputs: {} });
    });

    it("takes over an existing password by import", async () => {
        const read = await provider.read({
            id: "already",
            urn: urnOf("RandomPassword"),
            state: {},
            inputs: {},
        });
        assert.equal(read.id, "none");
        assert.deepEqual(read.inputs, { length: 7 });
        assert.deepEqual(read.state?.["result"], makeSecret("already"));
    });

    it("refuses what can't be drawn, naming property and value", async () => {
        assert.deepEqual(await failures("RandomPassword", { length: 0 }), [
            "length must be a whole number of at least 1, got: 0",
        ]);
        assert.deepEqual(await failures("RandomPassword", { length: 2, minLower: 3 }), [
            "length must be at least 3 (minUpper + minLower + minNumeric + minSpecial), got: 2",
        ]);
        const none = { length: 2, lower: false, upper: false, numeric: false, special: false };
        assert.deepEqual(await failures("RandomPassword", none), [
            "at least one of lower, upper, numeric, special must be true",
        ]);
        assert.deepEqual(await failures("RandomId", {}), [
            "byteLength must be a whole number of at least 1, got: undefined",
        ]);
        assert.deepEqual(await failures("RandomPassword", { length: UNKNOWN }), []);
    });

    it("says openly which types it does not serve", async () => {
        await assert.rejects(
            async () => create("RandomPet", {}),
            /RandomPet is not served by this stand-in of the random plugin/,
        );
    });
});
