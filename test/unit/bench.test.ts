import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { median, passes, tableLines } from "../../bench/table";

describe("the table of the bench", () => {
    it("is aligned and names what missed its bound", () => {
        const lines = tableLines([
            { title: "preview", value: 1.234, bound: 1.3, unit: "x", detail: "2 s / 1 s" },
            { title: "cold start", value: 31, bound: 30, unit: "s", detail: "" },
            { title: "lost", value: 0, bound: 0, unit: "", detail: "of 7" },
        ]);
        assert.deepEqual(lines, [
            "            measured    bound",
            "preview       1.23 x   1.30 x  ok      2 s / 1 s",
            "cold start   31.00 s  30.00 s  MISSED",
            "lost               0        0  ok      of 7",
        ]);
    });

    it("counts a value at its bound as kept", () => {
        const result = { title: "", bound: 2, unit: "x" as const, detail: "" };
        assert.deepEqual(
            [passes({ ...result, value: 2 }), passes({ ...result, value: 2.01 })],
            [true, false],
        );
    });

    it("takes the middle value, or the mean of the two in the middle", () => {
        assert.equal(median([5, 1, 3]), 3);
        assert.equal(median([4, 1, 3, 2]), 2.5);
    });
});

describe("npm run bench", () => {
    // In a process of its own: it borrows from the cluster tests, where much runs under mocha alone.
    it("refuses what it doesn't measure", () => {
        const root = join(__dirname, "../..");
        const args = ["-r", "./commands/typescript.cjs", "bench/index.ts", "sped"];
        const { status, stderr } = spawnSync(process.execPath, args, {
            cwd: root,
            encoding: "utf8",
        });
        assert.equal(
            stderr.trim(),
            'error: npm run bench knows no "sped": give nothing, speed, or roles and a number of runs',
        );
        assert.equal(status, 1);
    });
});
