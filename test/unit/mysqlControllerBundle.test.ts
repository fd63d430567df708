import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import {
    commandThatRuns,
    controllerBundle,
    controllerCommand,
    controllerDirectory,
    controllerFile,
} from "../../components/mysql/controllerBundle";

const load = createRequire(__filename);
const esbuild = load.resolve("esbuild");
const { version } = load("esbuild/package.json") as { version: string };

describe("controllerBundle", () => {
    let home: string;
    let cacheBefore: string | undefined;

    beforeEach(() => {
        home = mkdtempSync(join(tmpdir(), "bundle-"));
        cacheBefore = process.env["XDG_CACHE_HOME"];
        process.env["XDG_CACHE_HOME"] = join(home, "cache");
    });

    afterEach(() => {
        if (cacheBefore === undefined) {
            delete process.env["XDG_CACHE_HOME"];
        } else {
            process.env["XDG_CACHE_HOME"] = cacheBefore;
        }
        rmSync(home, { recursive: true });
    });

    /** A small controller that greets by a package of the version 1.0.0. */
    function project(name: string, files: Record<string, string> = {}) {
        const root = join(home, name);
        const lock = {
            packages: {
                "node_modules/greeting": { version: "1.0.0" },
                "node_modules/esbuild": { version },
            },
        };
        write(root, {
            "package-lock.json": JSON.stringify(lock),
            "node_modules/greeting/package.json": JSON.stringify({ version: "1.0.0" }),
            "node_modules/greeting/index.js": 'exports.greeting = "good day";',
            "controller/main.ts":
                'import { greeting } from "greeting";\nimport { whom } from "./parts/whom";\nconsole.log(`${greeting}, ${whom as string}`);',
            "controller/parts/whom.ts": 'export const whom: string = "world";',
            ...files,
        });
        return { root, directory: "controller", main: "main.ts" };
    }

    function printed(bundle: Buffer): string {
        const path = join(home, controllerFile);
        writeFileSync(path, bundle);
        const [, ...args] = commandThatRuns(path);
        const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        return stdout + stderr;
    }

    function keptFile(): string {
        const directory = join(home, "cache/mysql-nfs/controller");
        const [only, ...others] = readdirSync(directory);
        assert.ok(only !== undefined && others.length === 0);
        return join(directory, only);
    }

    it("runs by its command, with what it imports inside", () => {
        const small = project("small");
        const bundle = controllerBundle(small);
        rmSync(small.root, { recursive: true });
        assert.equal(printed(bundle), "good day, world\n");
    });

    it("is run from where the Pod mounts it", () => {
        const path = `${controllerDirectory}/${controllerFile}`;
        assert.equal(path, "/opt/controller/controller.js.br");
        assert.deepEqual(controllerCommand, commandThatRuns(path));
        // Kubernetes would put variables in.
        assert.ok(controllerCommand.every((part) => !part.includes("$(")));
    });

    it("is the same in every directory, and names none", () => {
        const one = controllerBundle(project("one"));
        rmSync(keptFile());
        const other = controllerBundle(project("elsewhere/other"));
        assert.ok(one.equals(other));
        const code = brotliDecompressSync(one).toString();
        assert.ok(!code.includes(home) && !code.includes("node_modules"));
    });

    it("is made once for the same sources, and esbuild is not even loaded again", () => {
        const small = project("small");
        const bundle = controllerBundle(small);
        delete load.cache[esbuild];
        assert.ok(controllerBundle(small).equals(bundle));
        assert.equal(load.cache[esbuild], undefined);
    });

    it("is made anew when a source, its name or package-lock.json changes", () => {
        const text = (files: Record<string, string>) =>
            printed(controllerBundle(project("small", files)));
        text({});
        assert.equal(
            text({ "controller/parts/whom.ts": 'export const whom = "moon";' }),
            "good day, moon\n",
        );
        const packages = {
            "node_modules/greeting": { version: "2.0.0" },
            "node_modules/esbuild": { version },
        };
        assert.equal(
            text({
                "package-lock.json": JSON.stringify({ packages }),
                "node_modules/greeting/package.json": JSON.stringify({ version: "2.0.0" }),
                "node_modules/greeting/index.js": 'exports.greeting = "hello";',
            }),
            "hello, world\n",
        );
        assert.equal(readdirSync(join(home, "cache/mysql-nfs/controller")).length, 3);
    });

    it("is made anew when what was kept is damaged", () => {
        const small = project("small");
        const bundle = controllerBundle(small);
        truncateSync(keptFile(), 40);
        assert.ok(controllerBundle(small).equals(bundle));
        assert.ok(readFileSync(keptFile()).subarray(65).equals(bundle));
    });

    it("is refused with packages other than package-lock.json names", () => {
        const old = project("old", {
            "node_modules/greeting/package.json": JSON.stringify({ version: "0.9.0" }),
        });
        assert.throws(
            () => controllerBundle(old),
            /^Error: node_modules\/greeting has version 0\.9\.0 and package-lock\.json names 1\.0\.0: run `npm ci`$/,
        );
    });

    it("is refused with sources from outside the controller's directory", () => {
        const astray = project("astray", {
            "other.ts": "export const other = 1;",
            "controller/main.ts": 'import { other } from "../other";\nconsole.log(other);',
        });
        assert.throws(
            () => controllerBundle(astray),
            /^Error: controller\/ imports from outside itself: other\.ts$/,
        );
    });

    it("tells the place of what can't be bundled", () => {
        const broken = project("broken", { "controller/main.ts": 'import "./gone";' });
        assert.throws(
            () => controllerBundle(broken),
            /controller\/main\.ts:1:7: ERROR: Could not resolve "\.\/gone"/,
        );
    });
});

describe("the bundle of our controller", () => {
    it("leaves room in a ConfigMap and starts on this Node.js", function () {
        this.timeout(60_000); // seconds, when nothing is kept
        const bundle = controllerBundle();
        assert.ok(bundle.length < 120_000, `${bundle.length} bytes`);
        const directory = mkdtempSync(join(tmpdir(), "bundle-"));
        try {
            const path = join(directory, controllerFile);
            writeFileSync(path, bundle);
            const [, ...args] = commandThatRuns(path);
            const env = { ...process.env, CONTROLLER_SETTINGS: "{}" };
            const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env });
            assert.match(stdout, /CONTROLLER_SETTINGS: namespace is undefined/);
        } finally {
            rmSync(directory, { recursive: true });
        }
    });
});

function write(root: string, files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), content);
    }
}
