import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { findDebianMirror, renderSource } from "../../sandbox/build/aptSources";
import { cached, cacheKey, entryPath } from "../../sandbox/build/cache";
import { parsePackageFile } from "../../sandbox/build/debian";
import { buildArguments } from "../../sandbox/build/goTools";
import { withLock } from "../../sandbox/build/lock";
import { cacheDirectory, stateDirectory } from "../../sandbox/build/paths";
import { createProgress, formatElapsed, type ProgressTerminal } from "../../sandbox/build/progress";
import { CommandError, run } from "../../sandbox/build/run";

let directory: string;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sandbox-build-"));
});

afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
});

describe("the cache", () => {
    it("gives equal inputs one key, in whatever order their fields stand", () => {
        assert.equal(cacheKey({ a: 1, b: { c: 2, d: 3 } }), cacheKey({ b: { d: 3, c: 2 }, a: 1 }));
    });

    it("gives other inputs another key", () => {
        assert.notEqual(cacheKey(["a", "b"]), cacheKey(["b", "a"]));
        assert.notEqual(cacheKey({ a: 1 }), cacheKey({ a: "1" }));
    });

    it("builds an entry once and returns its directory", async () => {
        let builds = 0;
        const entry = {
            name: "tool-1.0",
            inputs: { a: 1 },
            root: directory,
            build: async (output: string) => {
                builds++;
                await writeFile(join(output, "file"), "content");
            },
        };
        const path = await cached(entry);
        assert.equal(path, entryPath(entry));
        assert.equal(await cached(entry), path);
        assert.equal(builds, 1);
        assert.equal(readFileSync(join(path, "file"), "utf8"), "content");
    });

    it("builds once when two ask at the same time", async () => {
        let builds = 0;
        const entry = {
            name: "tool",
            inputs: {},
            root: directory,
            build: async () => {
                builds++;
                await sleep(50);
            },
        };
        const paths = await Promise.all([cached(entry), cached(entry)]);
        assert.deepEqual(paths, [entryPath(entry), entryPath(entry)]);
        assert.equal(builds, 1);
    });

    it("shows no entry of a build that failed, and clears it away at the next", async () => {
        const entry = { name: "tool", inputs: {}, root: directory };
        const fails = {
            ...entry,
            build: async (output: string) => {
                await writeFile(join(output, "half"), "");
                throw new Error("no network");
            },
        };
        await assert.rejects(cached(fails), { message: "no network" });
        assert.equal(existsSync(entryPath(entry)), false);
        await cached({ ...entry, build: () => Promise.resolve() });
        assert.deepEqual(readdirSync(entryPath(entry)), []);
        assert.deepEqual(
            readdirSync(directory).filter((name) => name.includes("unfinished")),
            [],
        );
    });

    it("lives where the XDG variables say, relative ones aside", () => {
        assert.equal(cacheDirectory({ XDG_CACHE_HOME: "/c" }), "/c/mysql-nfs");
        assert.equal(stateDirectory("one", { XDG_STATE_HOME: "/s" }), "/s/mysql-nfs/one");
        assert.equal(cacheDirectory({ XDG_CACHE_HOME: "c" }), cacheDirectory({}));
    });
});

describe("the lock", () => {
    it("lets one in at a time and tells the other that it waits", async () => {
        const file = join(directory, "lock");
        const events: string[] = [];
        await withLock(file, async () => {
            const waits = new Promise<void>((resolve) => {
                const second = () => Promise.resolve(events.push("second in"));
                void withLock(file, second, resolve, 20);
            });
            await waits;
            events.push("first out");
        });
        await withLock(file, () => Promise.resolve(events.push("third in")));
        assert.deepEqual(events.slice(0, 1), ["first out"]);
        assert.deepEqual(events.slice(1).sort(), ["second in", "third in"]);
    });

    it("is free again after its holder failed", async () => {
        const file = join(directory, "lock");
        await assert.rejects(withLock(file, () => Promise.reject(new Error("broken"))));
        assert.equal(await withLock(file, () => Promise.resolve("in")), "in");
    });

    it("says so when the lock file can't be made", async () => {
        await assert.rejects(
            withLock("/proc/absent", () => Promise.resolve()),
            { message: "cannot lock /proc/absent: is its folder writable?" },
        );
    });
});

describe("progress", () => {
    const played = (isTerminal: boolean) => {
        const state = { text: "", time: 0, tick: (): void => undefined };
        const terminal: ProgressTerminal = {
            isTerminal,
            columns: 20,
            write: (text) => {
                state.text += text;
            },
            now: () => state.time,
            every: (_milliseconds, callback) => {
                state.tick = callback;
                return () => undefined;
            },
        };
        return { state, progress: createProgress(terminal) };
    };

    it("prints one aligned line for a step, with elapsed time and the last note", async () => {
        const { state, progress } = played(false);
        const result = await progress.step("build", (note) => {
            note("1 package");
            state.time = 65_000;
            note("2 packages");
            return Promise.resolve("done");
        });
        assert.equal(result, "done");
        assert.equal(state.text, `ok     build${" ".repeat(53)}   1m05s  2 packages\n`);
    });

    it("says nothing of a step that took no time", async () => {
        const { state, progress } = played(false);
        await progress.step("look", () => Promise.resolve());
        assert.equal(state.text, "");
    });

    it("adds a line now and then without a terminal, and rewrites it on one", async () => {
        const log = played(false);
        await log.progress.step("build", () => {
            log.state.time = 30_000;
            log.state.tick();
            return Promise.resolve();
        });
        assert.deepEqual(
            log.state.text.split("\n").map((line) => line.slice(0, 12)),
            ["...    build", "ok     build", ""],
        );
        const screen = played(true);
        await screen.progress.step("build", () => {
            screen.state.tick();
            return Promise.resolve();
        });
        assert.equal(
            screen.state.text.startsWith(`\r\x1b[2K...    build${" ".repeat(7)}\r\x1b[2Kok `),
            true,
        );
    });

    it("marks a step that failed and passes its error on", async () => {
        const { state, progress } = played(false);
        const step = progress.step("build", () => Promise.reject(new Error("no Go")));
        await assert.rejects(step, { message: "no Go" });
        assert.equal(state.text.startsWith("failed build"), true);
    });

    it("gives short times with a decimal and long ones in minutes", () => {
        assert.deepEqual([840, 9_940, 9_960, 59_400, 59_700, 245_000].map(formatElapsed), [
            "0.8 s",
            "9.9 s",
            "10 s",
            "59 s",
            "1m00s",
            "4m05s",
        ]);
    });
});

describe("a command", () => {
    it("gives its output and reads its input", async () => {
        assert.equal(await run("cat", [], { input: "text" }), "text");
    });

    it("that fails tells its last lines", async () => {
        const failure = run("bash", ["-c", "echo why >&2; exit 3"]);
        await assert.rejects(failure, (error: unknown) => {
            assert(error instanceof CommandError);
            assert.equal(error.exitCode, 3);
            assert.equal(error.message.endsWith("failed with code 3:\nwhy"), true);
            return true;
        });
    });

    it("that is missing tells what to install", async () => {
        const environment = { PATH: directory };
        await assert.rejects(run("nsenter", [], { environment }), {
            message:
                'the command "nsenter" is missing on this machine: install it ' +
                "(Debian and Ubuntu: apt-get install util-linux)",
        });
    });
});

describe("the Debian mirror", () => {
    const find = (name: string, content: string) => findDebianMirror([{ name, content }]);

    it("is taken from a deb822 file, with its key", () => {
        const content = [
            "Types: deb",
            "# a comment",
            "URIs: http://mirror.test/debian",
            "Suites: bookworm bookworm-updates",
            "Components: main contrib",
            "Signed-By: /usr/share/keyrings/debian.gpg",
        ].join("\n");
        assert.deepEqual(find("debian.sources", content), {
            uri: "http://mirror.test/debian",
            signedBy: "/usr/share/keyrings/debian.gpg",
        });
    });

    it("is taken from a one-line file, with its key", () => {
        const content =
            "# old\ndeb [arch=amd64 signed-by=/k.gpg] http://m.test/debian trixie main\n";
        assert.deepEqual(find("sources.list", content), {
            uri: "http://m.test/debian",
            signedBy: "/k.gpg",
        });
    });

    it("is none of the security, foreign, disabled, source or CD entries", () => {
        const lines = [
            "deb http://security.test/debian-security trixie-security main",
            "deb http://cloud.test/apt cloud-sdk-bookworm main",
            "deb-src http://m.test/debian trixie main",
            "deb cdrom:[Debian]/ trixie main",
            "#deb http://m.test/debian trixie main",
        ];
        assert.equal(find("sources.list", lines.join("\n")), undefined);
        const disabled = "Enabled: no\nTypes: deb\nURIs: http://m\nSuites: sid\nComponents: main";
        assert.equal(find("debian.sources", disabled), undefined);
    });

    it("serves another suite by the same key, written out in lines or not", () => {
        const signedBy = "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc";
        assert.equal(
            renderSource({ uri: "http://m.test/debian", signedBy }, "sid"),
            "Types: deb\nURIs: http://m.test/debian\nSuites: sid\nComponents: main\n" +
                "Signed-By: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n",
        );
    });

    it("names packages and their versions in file names", () => {
        assert.deepEqual(parsePackageFile("libcap2_1%3a2.75-10+b3_amd64.deb"), [
            "libcap2",
            "1:2.75-10+b3",
        ]);
    });
});

describe("a Go tool", () => {
    it("is built the same on every machine, with its version", () => {
        const tool = {
            name: "x",
            directory,
            packages: ["tool"],
            variables: { "a.Version": "v1", "a.Minor": "2" },
        };
        assert.deepEqual(buildArguments(tool), [
            "-trimpath",
            "-gcflags=all=-dwarf=false",
            "-buildvcs=false",
            "-mod=readonly",
            "-ldflags=-s -w -X a.Version=v1 -X a.Minor=2",
            "tool",
        ]);
    });
});
