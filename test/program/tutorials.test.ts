import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runUnderMocks } from "../mocks";
import { tutorialLines } from "./tutorialLines";

describe("The README's table for those who come from a tutorial", () => {
    it("has lines that compile", () => {
        const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
        const [, section = ""] = /\n## From a tutorial\n([^]*?)\n## /.exec(readme) ?? [];
        const lines = section
            .split("\n")
            .filter((line) => line.startsWith("| "))
            .flatMap((line) =>
                [...(line.split("|")[2] ?? "").matchAll(/`([^`]+)`/g)].map(
                    ([, code]) => code ?? "",
                ),
            );
        const compiled = plain(readFileSync(join(__dirname, "tutorialLines.ts"), "utf8"));
        assert.ok(lines.length >= 12);
        assert.deepEqual(
            lines.filter((line) => !compiled.includes(plain(line))),
            [],
        );
    });

    it("has lines that a program can run", async () => {
        const run = await runUnderMocks(() => Promise.resolve(tutorialLines()));
        const sets = run.resources.filter(({ type }) => type.endsWith(":StatefulSet"));
        assert.equal(sets.length, 13);
    });
});

/** Without what a formatter adds or takes away. */
function plain(code: string): string {
    return code.replace(/\s+/g, "").replace(/,([}\])])/g, "$1");
}
