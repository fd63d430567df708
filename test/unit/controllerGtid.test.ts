import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { GtidSet } from "../../controller/gtid";
import {
    count,
    formatGtidSet,
    includes,
    isEmpty,
    madeBy,
    notMadeBy,
    parseGtidSet,
    subtract,
    union,
} from "../../controller/gtid";

const a = "0aaaaaaa-0000-0000-0000-000000000001";
const b = "0bbbbbbb-0000-0000-0000-000000000002";

describe("a GTID set", () => {
    const same = (text: string, expected: string) => {
        assert.equal(formatGtidSet(parseGtidSet(text)), expected);
    };

    it("is read and written as MySQL writes it", () => {
        same("", "");
        same(`${a}:1`, `${a}:1`);
        same(`${a}:1-5:7`, `${a}:1-5:7`);
        same(`${b}:1-3,\n${a}:4-9`, `${a}:4-9,${b}:1-3`);
        same(`${a}:1-3:tag:1-2:5:other_1:7,${b}:9`, `${a}:1-3:other_1:7:tag:1-2:5,${b}:9`);
    });

    it("has one form for equal sets", () => {
        same(`${a}:3-5:1-2`, `${a}:1-5`);
        same(`${a}:1-4:2-9:6`, `${a}:1-9`);
        same(`${a.toUpperCase()}:1,${a}:2`, `${a}:1-2`);
        same(`${a}:5-3`, "");
        same(`${a}:1-3:TAG:1`, `${a}:1-3:tag:1`);
    });

    it("is refused with the part that is wrong", () => {
        assert.throws(() => parseGtidSet("nonsense:1"), /"nonsense:1" doesn't begin with a UUID/);
        assert.throws(() => parseGtidSet(`${a}:0`), /"0" in ".*" is no interval/);
        assert.throws(() => parseGtidSet(`${a}:1-`), /"1-" in ".*" is no interval/);
    });

    it("is subtracted interval by interval", () => {
        const left = (from: string, what: string) =>
            formatGtidSet(subtract(parseGtidSet(from), parseGtidSet(what)));
        assert.equal(left(`${a}:1-10`, `${a}:3-4:8`), `${a}:1-2:5-7:9-10`);
        assert.equal(left(`${a}:1-10`, `${a}:1-10`), "");
        assert.equal(left(`${a}:1-10`, `${b}:1-10`), `${a}:1-10`);
        assert.equal(left(`${a}:1-3:tag:1-3`, `${a}:1-3`), `${a}:tag:1-3`);
        assert.equal(left(`${a}:2:5-9`, `${a}:1-6`), `${a}:7-9`);
    });

    it("tells the transactions that a server made from the others", () => {
        const set = parseGtidSet(`${a}:1-3:tag:1,${b}:7`);
        assert.equal(formatGtidSet(madeBy(set, a)), `${a}:1-3:tag:1`);
        assert.equal(formatGtidSet(notMadeBy(set, a)), `${b}:7`);
    });
});

describe("GTID sets, compared with sets of single transactions", () => {
    const single = fc.tuple(fc.constantFrom(a, `${a}:tag`, b), fc.integer({ min: 1, max: 12 }));
    const plain = fc.uniqueArray(single, { selector: ([source, number]) => `${source}:${number}` });
    const toSet = (list: [string, number][]): GtidSet =>
        parseGtidSet(list.map(([source, number]) => `${source}:${number}`).join(","));
    const keys = (list: [string, number][]) =>
        new Set(list.map(([source, number]) => `${source}:${number}`));

    it("agree about union, difference, inclusion and number", () => {
        fc.assert(
            fc.property(plain, plain, (one, other) => {
                const [first, second] = [toSet(one), toSet(other)];
                const without = one.filter(([s, n]) => !keys(other).has(`${s}:${n}`));
                assert.deepEqual(subtract(first, second), toSet(without));
                assert.deepEqual(union(first, second), toSet([...one, ...other]));
                assert.equal(includes(second, first), without.length === 0);
                assert.equal(isEmpty(first), one.length === 0);
                assert.equal(count(first), one.length);
                assert.deepEqual(parseGtidSet(formatGtidSet(first)), first);
            }),
            { numRuns: 500 },
        );
    });
});
