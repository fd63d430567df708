import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { run } from "../../sandbox/build/run";
import { resolveEngine } from "../../sandbox/engine";
import { findExecutable } from "../../sandbox/engine/executables";
import { makePluginHome } from "../../sandbox/engine/home";
import { downloadFailed, installPlugin, isRecent } from "../../sandbox/engine/installation";
import type { PluginSearch } from "../../sandbox/engine/plugin";
import {
    describePlugin,
    findInstalled,
    pluginFile,
    readPlugins,
} from "../../sandbox/engine/plugins";
import { isNewEnough } from "../../sandbox/engine/version";

let directory: string;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sandbox-engine-"));
});

afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
});

function program(path: string, ...lines: string[]): string {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(file, 0o755);
    return file;
}

const kubernetes = { name: "kubernetes", version: "4.34.2" };

describe("the Pulumi CLI", () => {
    it("must be new enough to run resource hooks", () => {
        assert.equal(isNewEnough("v3.182.0"), true);
        assert.equal(isNewEnough("v3.259.0\n"), true);
        assert.equal(isNewEnough("v4.0.0"), true);
        assert.equal(isNewEnough("v3.181.9"), false);
        assert.equal(isNewEnough("v2.999.999"), false);
        assert.equal(isNewEnough("pulumi, a program"), false);
    });

    it("is the first executable on PATH", () => {
        const file = program("second/pulumi");
        mkdirSync(join(directory, "first", "pulumi"), { recursive: true });
        const PATH = ["relative", join(directory, "first"), join(directory, "second")].join(":");
        assert.equal(findExecutable("pulumi", { PATH }), file);
        assert.equal(findExecutable("pulumi", { PATH: join(directory, "first") }), undefined);
        assert.equal(findExecutable("pulumi", {}), undefined);
    });
});

describe("the engine", () => {
    it("is the user's own when CLI, plugins and language host are installed", async () => {
        program("bin/pulumi", "echo v3.300.0");
        program("bin/pulumi-language-nodejs");
        const PULUMI_HOME = join(directory, "home");
        for (const plugin of readPlugins()) {
            program(join("home", pluginFile("", plugin)));
        }
        const PATH = `${join(directory, "bin")}:/usr/bin:/bin`;
        const engine = await resolveEngine({ environment: { PATH, PULUMI_HOME } });
        const versions = readPlugins().map(({ version }) => version);
        assert.deepEqual(engine, {
            pulumiDirectory: directory,
            origin: "path",
            environment: { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME },
            description: [
                `engine: pulumi v3.300.0 at ${directory}/bin/pulumi`,
                `provider plugin kubernetes: official ${versions[0]}`,
                `provider plugin random: official ${versions[1]}`,
            ],
        });
    });
});

describe("a provider plugin", () => {
    const search = (environment: NodeJS.ProcessEnv = {}): PluginSearch => ({
        environment,
        home: join(directory, "home"),
        commandLine: join(directory, "pulumi"),
    });

    it("is wanted at the version of its SDK", () => {
        const versions = Object.fromEntries(
            readPlugins().map(({ name, version }) => [name, version]),
        );
        assert.deepEqual(Object.keys(versions), ["kubernetes", "random"]);
        assert.match(versions.kubernetes ?? "", /^\d+\.\d+\.\d+$/);
    });

    it("on PATH comes before one in the home, as the engine itself has it", () => {
        assert.equal(findInstalled(kubernetes, search()), undefined);
        const home = program("home/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes");
        assert.deepEqual(findInstalled(kubernetes, search()), {
            ...kubernetes,
            origin: "home",
            file: home,
        });
        const file = program("bin/pulumi-resource-kubernetes");
        const PATH = join(directory, "bin");
        assert.deepEqual(findInstalled(kubernetes, search({ PATH })), {
            ...kubernetes,
            origin: "path",
            file,
        });
    });

    it("of another version does not count", () => {
        program("home/plugins/resource-kubernetes-v4.33.0/pulumi-resource-kubernetes");
        assert.equal(findInstalled(kubernetes, search()), undefined);
    });

    it("is described by where it is from", () => {
        const plugin = { ...kubernetes, file: "/x/pulumi-resource-kubernetes" };
        assert.deepEqual(
            [
                describePlugin({ ...plugin, origin: "path" }),
                describePlugin({ ...plugin, origin: "home" }),
                describePlugin({ ...plugin, origin: "stand-in", reason: "no way" }),
            ],
            [
                "provider plugin kubernetes: /x/pulumi-resource-kubernetes, on PATH",
                "provider plugin kubernetes: official 4.34.2",
                "provider plugin kubernetes: this project's stand-in for 4.34.2 (no way)",
            ],
        );
    });

    it("in a home of ours is started with its arguments", async () => {
        const file = program("it's here/stand-in", 'echo "$0" "$@"');
        const home = join(directory, "made");
        const plugin = { ...kubernetes, origin: "stand-in" as const, file };
        await makePluginHome(home, [plugin]);
        await makePluginHome(home, [plugin]);
        const output = await run(pluginFile(home, plugin), ["127.0.0.1:1", "a b"]);
        assert.equal(output, `${file} 127.0.0.1:1 a b\n`);
    });
});

describe("the installation of a plugin", () => {
    let cache: string | undefined;

    beforeEach(() => {
        cache = process.env.XDG_CACHE_HOME;
        process.env.XDG_CACHE_HOME = join(directory, "cache");
    });

    afterEach(() => {
        if (cache === undefined) {
            delete process.env.XDG_CACHE_HOME;
        } else {
            process.env.XDG_CACHE_HOME = cache;
        }
    });

    const search = (commandLine: string): PluginSearch => ({
        environment: { PATH: "/usr/bin:/bin" },
        home: join(directory, "home"),
        commandLine,
    });

    it("asks the CLI for just that version", async () => {
        const commandLine = program("pulumi", `echo "$PULUMI_HOME $*" > ${directory}/asked`);
        assert.equal(await installPlugin(kubernetes, search(commandLine)), undefined);
        const asked = await run("cat", [join(directory, "asked")]);
        assert.equal(
            asked,
            `${directory}/home plugin install resource kubernetes v4.34.2 --non-interactive\n`,
        );
    });

    it("is given up at the first download that fails, and not tried again soon", async () => {
        const commandLine = program(
            "pulumi",
            `echo x >> ${directory}/tries`,
            'echo "warning: Error downloading plugin: no such host" >&2',
            "exec sleep 60",
        );
        const start = Date.now();
        for (const expected of ["it can't be downloaded here", "it can't be downloaded here"]) {
            assert.equal(await installPlugin(kubernetes, search(commandLine)), expected);
        }
        assert.ok(Date.now() - start < 5000);
        assert.equal(await run("cat", [join(directory, "tries")]), "x\n");
    });

    it("tells the CLI's last words when it fails otherwise", async () => {
        const commandLine = program(
            "pulumi",
            "echo one >&2",
            "echo error: disk full >&2",
            "exit 1",
        );
        assert.equal(await installPlugin(kubernetes, search(commandLine)), "error: disk full");
    });

    it("is tried again after some hours", () => {
        const refusal = { time: 1_000_000, reason: "" };
        assert.equal(isRecent(refusal, 1_000_000 + 5 * 3_600_000), true);
        assert.equal(isRecent(refusal, 1_000_000 + 7 * 3_600_000), false);
        // A clock that was set back must not keep it for ever.
        assert.equal(isRecent(refusal, 999_999), false);
    });

    it("knows a failed download from the CLI's progress", () => {
        assert.equal(downloadFailed("[resource plugin kubernetes-4.34.2] installing"), false);
        assert.equal(downloadFailed("warning: Error downloading plugin: x"), true);
    });
});
