import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
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

    it("leaves errors their lines in the TypeScript", () => {
        // Its translation has neither the interface nor the blank lines.
        const file = join(home, "thrown.ts");
        writeFileSync(file, "interface Nothing {\n}\n\n\nthrow new Error(`x`);\n");
        const loader = join(__dirname, "../../commands/typescript.cjs");
        const { stderr } = spawnSync(process.execPath, ["-r", loader, file], { encoding: "utf8" });
        assert.ok(stderr.includes(`${file}:5:7`), stderr);
    });
});
