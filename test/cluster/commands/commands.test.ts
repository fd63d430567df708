import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withSetting } from "../../../commands/primaryRequest";
import { stateDirectory } from "../../../sandbox/build/paths";
import { instance, testCluster } from "../support/cluster";
import { command, commandWith, environment, root } from "../support/command";
import { runCommand } from "../support/kubectl";
import { sql } from "../support/mysql";
import { primaryOf, replicaOf, untilPodsReady } from "../support/pods";
import { found, seen, until } from "../support/until";

// They work on the test sandbox's own stack `sandbox`.

const namespace = "mysql";
const podNames = ["mysql-0", "mysql-1", "mysql-2"];

describe("the npm commands", () => {
    before(() => {
        testCluster();
    });

    after(async () => {
        await command("destroy");
    });

    it("stop gracefully at Ctrl-C, and say what state remains", async () => {
        const child = spawn(
            process.execPath,
            ["-r", "./commands/typescript.cjs", "commands/start.ts"],
            { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] },
        );
        let text = "";
        child.stdout.on("data", (part: Buffer) => (text += part.toString()));
        child.stderr.on("data", (part: Buffer) => (text += part.toString()));
        await until("the run makes its first objects", 60, () =>
            Promise.resolve(/create +ServiceAccount/.test(text) ? found(true) : seen(text)),
        );
        child.kill("SIGINT");
        const [code] = (await once(child, "close")) as [number];
        assert.equal(code, 1);
        assert.match(text, /Stopping: what is under way is finished first/);
        assert.match(text, /error: Stopped by you\. \d+ resources stand as the stack records them/);
        assert.match(text, /npm start goes on from here; npm run destroy removes what is there\./);
    });

    it("refuse to change a stack that another run is changing, and name that run", async () => {
        const first = command("start");
        const locked = await until("a second run finds the stack locked", 60, async () => {
            const second = await command("refresh");
            return second.code === 0 ? seen(second.stdout) : found(second);
        });
        assert.equal(locked.code, 1);
        assert.match(
            locked.stderr,
            /^error: Stack "sandbox" is being changed by another run: process \d+ on /m,
        );
        assert.match(locked.stderr, /See it: +ps -fp \d+/);
        const { code, stderr } = await first;
        assert.equal(code, 0, stderr);
    });

    it("finish what a run began that was killed in the middle", async () => {
        assert.equal((await command("destroy")).code, 0);
        const killed = command("start");
        const lock = join(stateDirectory(instance), "backend/.pulumi/locks/organization/mysql-nfs");
        await until("the run waits for the StatefulSet", 60, async () => {
            const stateful = await testCluster().kubectl.get("sts", "mysql", namespace);
            return stateful === undefined ? seen("no StatefulSet") : found(true);
        });
        killEngine(join(lock, "sandbox"));
        assert.equal((await killed).code, 1);

        const again = await command("start");
        assert.equal(again.code, 0, again.stderr);
        assert.match(again.stdout, /Removed the lock of a run that no longer exists/);
        assert.match(again.stdout, /The last run was cut off while creating .*StatefulSet mysql/);
        await untilPodsReady(namespace, podNames, 10);
    });

    it("change nothing the second time, and are done within 15 seconds", async () => {
        const start = Date.now();
        const { code, stdout } = await command("start");
        const seconds = (Date.now() - start) / 1000;
        console.log(`      second npm start: ${seconds.toFixed(1)} s`);
        assert.equal(code, 0);
        assert.match(stdout, /^\d+ unchanged {2}\(/m);
        assert.ok(seconds < 15, `${seconds} s`);
    });

    it("print two lines that work when they are pasted into a shell", async () => {
        const { stdout } = await command("start");
        const [write = "", read = ""] = stdout.match(/^npm run --silent sql -- .*$/gm) ?? [];
        const paste = (line: string) =>
            runCommand("bash", ["-c", line], "", { cwd: root, environment });
        const written = await paste(write);
        assert.deepEqual([written.code, written.stdout], [0, ""], written.stderr);
        const answer = await until("the row is where reads go", 20, async () => {
            const { code, stdout: rows, stderr } = await paste(read);
            return code === 0 && rows.includes("written through") ? found(rows) : seen(stderr);
        });
        const [, primary, replica] =
            /\| written through (mysql-\d+) +\| (mysql-\d+) +\|/.exec(answer) ?? [];
        assert.ok(primary !== undefined && replica !== undefined, answer);
        assert.notEqual(replica, primary);
    });

    it("say what the server says of a statement that is wrong", async () => {
        const { code, stderr } = await command("sql", "read", "SELEKT 1");
        assert.equal(code, 1);
        assert.match(stderr, /^ERROR 1064 \(42000\) at line 1: /m);
    });

    it("end as they should when nobody reads what they print any more", async () => {
        const child = spawn(
            process.execPath,
            ["-r", "./commands/typescript.cjs", "commands/start.ts"],
            { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] },
        );
        child.stdout.destroy();
        child.stderr.destroy();
        const [code] = (await once(child, "exit", { signal: AbortSignal.timeout(60_000) })) as [
            number,
        ];
        assert.equal(code, 0);
    });

    it("say which engine, plugins, cluster and images they use", async () => {
        const { stdout } = await command("preview");
        assert.match(stdout, /^engine: pulumi v?3\./m);
        assert.match(stdout, /kubernetes/);
        assert.match(stdout, /random/);
        assert.match(stdout, /sandbox\.local\/mysql:9\.7/);
        // eslint-disable-next-line no-control-regex -- a terminal's colours begin with one
        assert.doesNotMatch(stdout, /\x1b\[/);
    });

    const mistakes: readonly [string, string[], NodeJS.ProcessEnv, RegExp][] = [
        ["an unknown flag", ["--cluster", "a"], {}, /^error: Unknown argument "--cluster"\./m],
        [
            "an unknown context",
            ["--context", "nowhere"],
            {},
            /^error: --context "nowhere": no such/m,
        ],
        [
            "a wrong passphrase",
            [],
            { PULUMI_CONFIG_PASSPHRASE: "wrong" },
            /^error: PULUMI_CONFIG_PASSPHRASE is not the passphrase of stack "sandbox"\./m,
        ],
    ];
    for (const [what, words, variables, message] of mistakes) {
        it(`give one clear error and code 1 for ${what}`, async () => {
            const result = await commandWith({ ...environment, ...variables }, "preview", ...words);
            assert.equal(result.code, 1);
            assert.match(result.stderr, message);
            assert.equal(result.stderr.match(/^error: /gm)?.length, 1);
            assert.doesNotMatch(result.stderr + result.stdout, /^\s+at .*:\d+:\d+\)?$/m);
        });
    }

    it("give one clear error when no cluster answers", async () => {
        const kubeconfig = join(testCluster().directory, "dead-cluster");
        const clusters = [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }];
        const contexts = [{ name: "dead", context: { cluster: "c" } }];
        writeFileSync(kubeconfig, JSON.stringify({ contexts, clusters }));
        const result = await commandWith(
            { ...environment, KUBECONFIG: kubeconfig, PULUMI_CONFIG_PASSPHRASE: "x" },
            "start",
            ...["--context", "dead"],
        );
        assert.equal(result.code, 1);
        assert.match(
            result.stderr,
            /^error: --context "dead": no cluster answers at https:\/\/127\.0\.0\.1:1 /m,
        );
    });

    describe("npm run switchover", () => {
        const file = join(root, "Pulumi.sandbox.yaml");
        const settings = readFileSync(file, "utf8");
        const key = "mysql-nfs:mysqlPrimary";
        let replica: string;

        before(async () => {
            replica = await replicaOf(namespace);
        });

        after(() => {
            writeFileSync(file, settings);
        });

        const ordinal = () => replica.slice(-1);
        const request = async () => {
            const declared = await testCluster().kubectl.get("cm", "mysql-declared", namespace);
            return declared?.data?.["request"];
        };

        async function assertSwitchesOver(): Promise<void> {
            const { code, stdout, stderr } = await command("switchover", ordinal());
            assert.equal(code, 0, stderr);
            assert.match(
                stdout,
                new RegExp(
                    `^${replica} is the primary. mysqlPrimary is ${ordinal()} in Pulumi.sandbox.yaml now.$`,
                    "m",
                ),
            );
            assert.equal(await primaryOf(namespace), replica);
            assert.equal(readFileSync(file, "utf8"), withSetting(settings, key, ordinal()));
        }

        it("makes another Pod the primary, which is to be seen when it ends", assertSwitchesOver);

        it("asks once more when it is called once more", async () => {
            const before = await request();
            await assertSwitchesOver();
            assert.notEqual(await request(), before);
        });

        it("is refused for a Pod that there isn't, in one error, and nothing changes", async () => {
            const before = [await request(), readFileSync(file, "utf8")];
            const { code, stdout, stderr } = await command("switchover", "9");
            assert.equal(code, 1, stdout);
            assert.match(stderr, /^ {2}mysql-nfs:mysqlPrimary = 9: give .* from 0 to 2, /m);
            assert.equal(stderr.match(/^error: /gm)?.length, 1);
            assert.deepEqual([await request(), readFileSync(file, "utf8")], before);
            assert.equal(await primaryOf(namespace), replica);
        });

        it("unsets mysqlPrimary where the Pod can't take over, and no later run asks for another", async () => {
            const left = withSetting(settings, "mysql-nfs:rebuildErrant", "false");
            writeFileSync(file, withSetting(left, key, ordinal()));
            assert.equal((await command("start")).code, 0);
            await testCluster().kubectl.run(["delete", "pod", replica, "-n", namespace]);
            const primary = await primaryOf(namespace);
            assert.notEqual(primary, replica);
            const [errant = ""] = podNames.filter((pod) => pod !== replica && pod !== primary);
            await sql(
                { namespace, pod: errant },
                "SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; SET GLOBAL super_read_only = ON",
            );

            const { code, stdout, stderr } = await command("switchover", errant.slice(-1));
            assert.equal(code, 1, stdout);
            assert.match(
                stderr,
                new RegExp(`^error: .* ${errant} can't be .*: it has errant`, "m"),
            );
            assert.match(stdout, /^mysqlPrimary isn't set in Pulumi\.sandbox\.yaml now\.$/m);
            assert.equal(readFileSync(file, "utf8"), left);
            assert.equal((await command("start")).code, 0);
            assert.equal(await primaryOf(namespace), primary);
        });
    });

    it("bring the same stack up on a cluster given by its kube-context", async () => {
        const { sandbox, directory } = testCluster();
        // A CLI of the user's own works in the project's folder and where the user is logged in.
        const settings = join(root, "Pulumi.sandbox.yaml");
        const before = readFileSync(settings, "utf8");
        const backend = join(directory, "context");
        mkdirSync(backend, { recursive: true });
        const result = await commandWith(
            {
                ...environment,
                KUBECONFIG: sandbox.kubeconfigPath,
                PULUMI_BACKEND_URL: `file://${backend}`,
                PULUMI_CONFIG_PASSPHRASE: "x",
            },
            "preview",
            ...["--context", sandbox.contextName],
        );
        const afterwards = await command("preview");
        writeFileSync(settings, before);
        assert.equal(result.code, 0, result.stderr);
        assert.match(result.stdout, /kube-context mysql-nfs-sandbox/);
        // Its passphrase there is not the sandbox's here.
        assert.equal(afterwards.code, 0, afterwards.stderr);
    });
});

/** Kills the engine of the run that holds the stack's lock, as `kill -9` or a power cut would. */
function killEngine(locks: string): void {
    const file = readdirSync(locks).find((name) => name.endsWith(".json"));
    const { pid } = JSON.parse(readFileSync(join(locks, file ?? ""), "utf8")) as { pid: number };
    process.kill(pid, "SIGKILL");
}
