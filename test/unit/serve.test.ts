import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const script = join(__dirname, "../../components/mysql/scripts/serve.sh");

describe("serve.sh", () => {
    let directory: string;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "serve-"));
        mkdirSync(join(directory, "bin"));
    });

    afterEach(() => {
        rmSync(directory, { recursive: true });
    });

    function program(name: string, text: string): void {
        writeFileSync(join(directory, "bin", name), `#!/usr/bin/env bash\n${text}\n`, {
            mode: 0o755,
        });
    }

    /** Starts a server, tells it to stop as soon as it serves, and waits for the end. */
    async function stopped(answer: string): Promise<{ code: number | null; lines: string[] }> {
        program(
            "mysqld",
            'trap "echo shut down; exit 0" TERM; echo "serving by $*"; while :; do sleep 0.02; done',
        );
        program("mysql", answer);
        return ended((line, stop) => {
            if (line.startsWith("serving")) {
                stop();
            }
        });
    }

    async function ended(onLine: (line: string, stop: () => void) => void = () => undefined) {
        const child = spawn("bash", [script], {
            env: {
                PATH: `${join(directory, "bin")}:${process.env["PATH"]}`,
                CONFIG: "/my.cnf",
                RUN: directory,
            },
            stdio: ["ignore", "pipe", "ignore"],
        });
        const lines: string[] = [];
        createInterface(child.stdout).on("line", (line) => {
            lines.push(line);
            onLine(line, () => child.kill("SIGTERM"));
        });
        const [code] = (await once(child, "close")) as [number | null];
        return { code, lines };
    }

    const killed =
        "told to stop while it takes writes, or doesn't answer: killing the server, so that it confirms nothing more";

    it("shuts a server down that takes no writes, or waits for nobody", async () => {
        const { code, lines } = await stopped("echo 1");
        assert.deepEqual(lines, ["serving by --defaults-file=/my.cnf", "shut down"]);
        assert.equal(code, 0);
    });

    it("kills a primary that waits for its replicas", async () => {
        const { code, lines } = await stopped("echo 0");
        assert.deepEqual(lines, ["serving by --defaults-file=/my.cnf", killed]);
        assert.equal(code, 137);
    });

    for (const [what, answer] of [
        ["refuses to answer", "echo 1; exit 1"],
        ["doesn't answer in time", "exec sleep 5"],
    ] as const) {
        it(`kills a server that ${what}`, async () => {
            const begin = performance.now();
            const { code, lines } = await stopped(answer);
            assert.deepEqual(lines, ["serving by --defaults-file=/my.cnf", killed]);
            assert.equal(code, 137);
            assert.ok(performance.now() - begin < 4_000);
        });
    }

    it("asks by the account without a password, on the socket", async () => {
        await stopped(`printf '%s\\n' "$@" >"${directory}/asked"; echo 1`);
        const asked = readFileSync(join(directory, "asked"), "utf8");
        assert.match(asked, new RegExp(`^--socket=${directory}/mysqld.sock$`, "m"));
        assert.match(asked, /^--user=cluster_monitor$/m);
        assert.match(asked, /super_read_only OR NOT @@global.rpl_semi_sync_source_enabled$/m);
    });

    it("ends as the server ends by itself", async () => {
        program("mysqld", "exit 3");
        assert.deepEqual(await ended(), { code: 3, lines: [] });
        program("mysqld", "kill -SEGV $$");
        assert.equal((await ended()).code, 139);
    });
});
