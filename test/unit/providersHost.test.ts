import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { launcher, startPluginHost } from "../../sandbox/providers";

const root = join(__dirname, "../..");

// In place of the bundle: a host whose plugins have the port 4711, and a plugin by itself that has 1.
const launch = `
require(${JSON.stringify(join(root, "commands/typescript.cjs"))});
const { host } = require(${JSON.stringify(join(root, "sandbox/providers/plugin/host.ts"))});
const { appendFileSync } = require("node:fs");
const say = (line) => appendFileSync(__dirname + "/said", line + "\\n");
if (process.argv[2] === "host") {
    process.on("exit", () => say("host ends"));
    host(async (plugin, words) => {
        if (plugin === "broken") throw new Error("no such plugin");
        say(plugin + " starts for " + words);
        return { port: 4711, stop: () => say(plugin + " stops") };
    });
} else {
    console.log(1);
}
`;

describe("the host of the stand-ins for plugins", () => {
    const directory = mkdtempSync(join(tmpdir(), "host-"));
    const said = join(directory, "said");
    after(() => rmSync(directory, { recursive: true, force: true }));

    before(() => {
        writeFileSync(join(directory, "launch.js"), launch);
        for (const plugin of ["kubernetes", "random", "broken"]) {
            writeFileSync(join(directory, plugin), launcher(plugin, process.execPath));
            chmodSync(join(directory, plugin), 0o755);
        }
    });

    beforeEach(() => writeFileSync(said, ""));

    function start(plugin: string, environment: NodeJS.ProcessEnv) {
        const child = spawn(join(directory, plugin), ["127.0.0.1:9"], {
            env: { ...process.env, ...environment },
            stdio: ["ignore", "pipe", "inherit"],
        });
        const port = once(createInterface(child.stdout), "line").then(([line]) => String(line));
        return { child, port };
    }

    it("gives each launcher a port, and ends when the run and its last launcher have ended", async () => {
        const host = await startPluginHost(directory, process.env);
        const first = start("kubernetes", host.environment);
        assert.equal(await first.port, "4711");
        const second = start("random", host.environment);
        assert.equal(await second.port, "4711");

        first.child.kill("SIGKILL");
        host.release();
        await until("kubernetes stops");
        second.child.kill("SIGKILL");
        await until("host ends");
        assert.deepEqual(read(), [
            "kubernetes starts for 127.0.0.1:9",
            "random starts for 127.0.0.1:9",
            "kubernetes stops",
            "random stops",
            "host ends",
        ]);
    });

    it("is done without where there is none, or where it fails", async () => {
        assert.equal(await start("kubernetes", {}).port, "1");
        const nobody = { MYSQL_NFS_PLUGIN_HOST: "1" };
        assert.equal(await start("kubernetes", nobody).port, "1");
        const host = await startPluginHost(directory, process.env);
        assert.equal(await start("broken", host.environment).port, "1");
        host.release();
        // It writes that down where `after` takes all away.
        await until("host ends");
    });

    function read(): string[] {
        return readFileSync(said, "utf8").trim().split("\n");
    }

    async function until(line: string): Promise<void> {
        while (!read().includes(line)) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    }
});
