import assert from "node:assert/strict";
import {
    isExcused,
    longestGap,
    outages,
    ranges,
    readsByPrimary,
    staleness,
    twoOpen,
    vanished,
} from "../cluster/support/witnesses/judge";
import { percentile } from "../../bench/table";
import { formatGtidSet } from "../../controller/gtid";
import type { Write } from "../cluster/support/witnesses/ledger";
import type { Sample } from "../cluster/support/witnesses/sampler";

const one = "00000000-0000-0000-0000-000000000001";

function written(n: number, end: number, server = "a"): Write {
    return { n, begin: end - 5, end, server };
}

function failed(n: number, end: number, error: string): Write {
    return { n, begin: end - 5, end, error };
}

function sample(pod: string, begin: number, isOpen: boolean, connection = 1): Sample {
    return {
        ...{ pod, uid: pod, connection, begin, end: begin + 2 },
        ...{ isOpen, server: one, executed: "" },
    };
}

describe("the judgement on what witnesses saw", () => {
    const writes = [
        written(1, 10),
        written(2, 20),
        failed(3, 30, "ECONNREFUSED: connect 10.0.0.1:3306"),
        failed(4, 40, "ECONNREFUSED: connect 10.0.0.2:3306"),
        written(5, 60, "b"),
        written(6, 70, "b"),
        written(7, 1_000, "b"),
    ];

    it("tells how long no write was acknowledged, and why", () => {
        assert.deepEqual(outages(writes, 15), [
            {
                ...{ from: 20, to: 60, milliseconds: 40, failedTries: 2, before: "a", after: "b" },
                errors: { "ECONNREFUSED: connect #.#.#.#:#": 2 },
            },
            {
                ...{ from: 70, to: 1_000, milliseconds: 930, failedTries: 0 },
                ...{ before: "b", after: "b", errors: {} },
            },
        ]);
        assert.deepEqual(outages(writes, 1_000), []);
        assert.equal(longestGap(writes, 15), 930);
        assert.equal(longestGap(writes.slice(0, 6), 15), 40);
    });

    it("charges no rest that the writer was asked for", () => {
        const rest = [
            written(1, 10),
            { ...failed(2, 5_000, "x"), isAfterPause: true as const },
            written(3, 5_100),
        ];
        const [only] = outages(rest, 20);
        assert.deepEqual([only?.milliseconds, only?.failedTries], [105, 1]);
        assert.equal(longestGap(rest, 20), 105);
    });

    it("knows which numbers were acknowledged", () => {
        assert.deepEqual(ranges(writes), [
            [1, 2],
            [5, 7],
        ]);
    });

    it("finds two servers that were open at once, and no two that were so one after the other", () => {
        const a = [0, 100, 200].map((begin) => sample("a", begin, true));
        const closed = [sample("a", 300, false), sample("b", 310, true), sample("b", 400, true)];
        assert.deepEqual(twoOpen([...a, ...closed]), []);

        const both = sample("b", 150, true, 2);
        const found = twoOpen([...a, both]);
        assert.deepEqual(
            found.map(({ at, servers }) => [at, servers.map(({ pod }) => pod)]),
            [[150, ["a", "b"]]],
        );
    });

    it("excuses the server that can't be reached beside any other, for its time, and no two others", () => {
        const samples = ["old", "next", "third"].flatMap((pod, index) =>
            [0, 100].map((begin) => sample(pod, begin + 10 * index, true, index)),
        );
        const left = (until: number) =>
            twoOpen(samples)
                .filter((each) => !isExcused(each, { uid: "old", until }))
                .map(({ at, servers: [a, b] }) => `${at}: ${a.pod}, ${b.pod}`);
        assert.deepEqual(left(1_000), ["110: third, next", "20: next, third"]);
        assert.deepEqual(left(15), [
            ...["100: next, old", "100: third, old"],
            ...["110: third, next", "20: old, third", "20: next, third"],
        ]);
    });

    it("charges no overlap that the samples don't show", () => {
        // It may have been closed between the two, or been another process.
        const apart = [sample("a", 0, true), sample("b", 500, true), sample("a", 1_000, true)];
        assert.deepEqual(twoOpen(apart), []);
        const anew = [sample("a", 0, true), sample("b", 50, true), sample("a", 100, true, 2)];
        assert.deepEqual(twoOpen(anew), []);
        // Each interval holds moments at which the other's answer may not yet, or no more, be true.
        const crossing = [sample("a", 0, true), sample("b", 1, true), sample("a", 2, false)];
        assert.deepEqual(twoOpen(crossing), []);
    });

    it("tells which reads a primary answered, and how old what they showed was", () => {
        const read = (begin: number, newest: number, isReadOnly = true) => ({
            ...{ begin, end: begin + 1, newest, isReadOnly },
        });
        const reads = [read(65, 5), read(80, 5), read(2_000, 5), read(2_000, 7, false)];
        assert.deepEqual(readsByPrimary(reads), [reads[3]]);
        assert.deepEqual(staleness(reads, writes), [0, 10, 1_930, 0]);
        assert.deepEqual(staleness([{ begin: 1, end: 2, error: "" }], writes), []);
    });

    it("finds transactions that are neither at the end nor reported", () => {
        const lost = vanished([`${one}:1-5`, `${one}:8`], `${one}:1-4`, [`${one}:8`]);
        assert.equal(formatGtidSet(lost), `${one}:5`);
    });

    it("takes the value that so many percent don't exceed", () => {
        const values = Array.from({ length: 20 }, (_, index) => 20 - index);
        assert.deepEqual([percentile(values, 95), percentile(values, 100)], [19, 20]);
        assert.equal(percentile([3], 95), 3);
    });
});
