import assert from "node:assert/strict";
import {
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Config } from "@pulumi/pulumi";

const { transpiled } = createRequire(__filename)("../../transpileOnce.cjs") as {
    transpiled: (source: string, path: string) => string;
};

describe("the cache of translated TypeScript", () => {
    const source = "export const answer: number = 42;\n";
    let home: string;
    let cacheBefore: string | undefined;

    before(() => {
        home = mkdtempSync(join(tmpdir(), "transpiled-"));
        cacheBefore = process.env["XDG_CACHE_HOME"];
        process.env["XDG_CACHE_HOME"] = home;
    });

    after(() => {
        if (cacheBefore === undefined) {
            delete process.env["XDG_CACHE_HOME"];
        } else {
            process.env["XDG_CACHE_HOME"] = cacheBefore;
        }
        rmSync(home, { recursive: true });
    });

    function keptFile(): string {
        const folder = join(home, "mysql-nfs/transpiled");
        const [only, ...others] = readdirSync(folder);
        assert.ok(only !== undefined && others.length === 0);
        return join(folder, only);
    }

    it("gives what is kept for the same source", () => {
        const code = transpiled(source, "/a.ts");
        assert.match(code, /exports\.answer = 42;/);
        const kept = readFileSync(keptFile(), "utf8");
        assert.equal(kept.slice(kept.indexOf("\n") + 1), code);
        assert.equal(transpiled(source, "/a.ts"), code);
    });

    it("translates anew what was cut off or changed on the disk", () => {
        const code = transpiled(source, "/a.ts");
        const kept = readFileSync(keptFile(), "utf8");
        truncateSync(keptFile());
        assert.equal(transpiled(source, "/a.ts"), code);
        assert.equal(readFileSync(keptFile(), "utf8"), kept);
        writeFileSync(keptFile(), kept.replace("42", "41"));
        assert.equal(transpiled(source, "/a.ts"), code);
    });

    it("leaves errors in packages the lines of the files that are there", () => {
        const ask = () => new Config("nothing").require("missing");
        assert.throws(ask, ({ stack = "" }: Error) => {
            const [path] = /\/\S+\/node_modules\/@pulumi\/[^:]+(?=:\d)/.exec(stack) ?? [];
            assert.equal(path, require.resolve("@pulumi/pulumi/config"), stack);
            return true;
        });
    });

    it("leaves errors their lines in the TypeScript", () => {
        const { stack = "" } = new Error("here");
        const lines = readFileSync(__filename, "utf8").split("\n");
        const line = 1 + lines.findIndex((text) => text.includes('new Error("here")'));
        assert.ok(stack.includes(`${__filename}:${line}:32`), stack);
        // Its translation has fewer lines.
        const translated = transpiled(lines.join("\n"), __filename).split("\n");
        assert.notEqual(
            1 + translated.findIndex((text) => text.includes('new Error("here")')),
            line,
        );
    });
});
