import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, stopSandbox } from "../sandbox";
import { stateDirectory } from "../sandbox/build/paths";
import { createProgress } from "../sandbox/build/progress";
import { resolveEngine } from "../sandbox/engine";
import type { OneRun } from "./oneRun";
import type { Result } from "./table";
import { median, passes, tableLines } from "./table";

// npm run bench: the speed this project promises, measured on a sandbox of its own. Ratios are those of
// medians of alternating runs, so that a busy machine disturbs both sides alike.

const instance = "bench";
const pairs = 5;
const coldStarts = 3;
const projectDirectory = join(__dirname, "..");
const progress = createProgress();

type Act = OneRun["act"];

interface Project {
    run(act: Act): Promise<number>;
}

async function main(): Promise<void> {
    await stopSandbox({ instance, wipe: true });
    const sandbox = await startSandbox({ instance, log: progress });
    const engine = await resolveEngine({ progress });
    [...engine.description, ...sandbox.description].forEach((line) => console.log(line));
    const directory = join(stateDirectory(instance), "bench");
    const project = (name: string, source: string): Project => {
        const own = join(directory, name);
        return {
            run: (act) =>
                oneRun({
                    act,
                    projectDirectory: source,
                    workDirectory: join(own, "project"),
                    backendDirectory: join(own, "backend"),
                    kubeconfigPath: sandbox.kubeconfigPath,
                    engine,
                }),
        };
    };
    const ours = project("this", projectDirectory);
    copySettings(join(directory, "this/project"));
    const empty = project("empty", makeEmptyProject(join(directory, "empty")));
    await progress.step("first runs, which are not counted", async () => {
        await empty.run("up");
        await empty.run("preview");
    });
    const cold = await coldStart(ours);
    const results = [
        await ratio("preview of this program / of an empty one", 1.3, "preview", ours, empty),
        await ratio("up without a change / of an empty program", 2, "up", ours, empty),
        cold,
        await secondStart(ours),
    ];
    await stopSandbox({ instance, wipe: true });
    console.log("");
    tableLines(results).forEach((line) => console.log(line));
    process.exitCode = results.every(passes) ? 0 : 1;
}

async function ratio(
    title: string,
    bound: number,
    act: Act,
    ours: Project,
    empty: Project,
): Promise<Result> {
    const times = { ours: [] as number[], empty: [] as number[] };
    await progress.step(title, async (note) => {
        for (let pair = 1; pair <= pairs; pair++) {
            note(`pair ${pair} of ${pairs}`);
            times.empty.push(await empty.run(act));
            times.ours.push(await ours.run(act));
        }
    });
    const [own, other] = [median(times.ours), median(times.empty)];
    const detail = `${own.toFixed(2)} s / ${other.toFixed(2)} s, medians of ${pairs}`;
    return { title, value: own / other, bound, unit: "x", detail };
}

/** From a cluster without the stack, its claims and volumes to every Pod ready. */
async function coldStart(ours: Project): Promise<Result> {
    const title = "empty cluster to three Pods ready";
    const times: number[] = [];
    await progress.step(title, async (note) => {
        for (let round = 1; round <= coldStarts; round++) {
            note(`round ${round} of ${coldStarts}`);
            if (round > 1) {
                await ours.run("destroy");
                await kubectl("delete", "namespace", "mysql", "--ignore-not-found");
                await kubectl("delete", "pv", "--all");
            }
            times.push(await ours.run("up"));
        }
    });
    const detail = `median of ${times.map((time) => time.toFixed(1)).join(", ")}`;
    return { title, value: median(times), bound: 30, unit: "s", detail };
}

async function secondStart(ours: Project): Promise<Result> {
    // npm start has a stack of its own, which must not meet the bench's in one namespace.
    await ours.run("destroy");
    const start = () => timed("npm", ["start", "--silent"], { MYSQL_NFS_SANDBOX: instance });
    return progress.step("second npm start", async (note) => {
        note("the first");
        await start();
        const times = [];
        for (let round = 1; round <= coldStarts; round++) {
            note(`round ${round} of ${coldStarts}`);
            times.push(await start());
        }
        const detail = `median of ${times.map((time) => time.toFixed(1)).join(", ")}`;
        return { title: "second npm start", value: median(times), bound: 15, unit: "s", detail };
    });
}

function copySettings(work: string): void {
    mkdirSync(work, { recursive: true });
    copyFileSync(join(projectDirectory, "Pulumi.yaml"), join(work, "Pulumi.yaml"));
    copyFileSync(join(projectDirectory, "Pulumi.sandbox.yaml"), join(work, "Pulumi.bench.yaml"));
}

function makeEmptyProject(directory: string): string {
    const work = join(directory, "project");
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
    writeFileSync(join(work, "index.ts"), "export const nothing = true;\n");
    symlinkSync(join(projectDirectory, "node_modules"), join(work, "node_modules"));
    return work;
}

function oneRun(run: OneRun): Promise<number> {
    const loader = ["-r", "./commands/typescript.cjs"];
    return timed(process.execPath, [...loader, join(__dirname, "oneRun.ts"), JSON.stringify(run)]);
}

async function kubectl(...args: string[]): Promise<void> {
    const sandbox = await startSandbox({ instance });
    const program = join(sandbox.binDirectory, "kubectl");
    await timed(program, ["--kubeconfig", sandbox.kubeconfigPath, ...args]);
}

/** Seconds that a command takes; fails with what it printed when it fails. */
function timed(
    program: string,
    args: readonly string[],
    environment: Record<string, string> = {},
): Promise<number> {
    return new Promise((resolve, reject) => {
        const start = performance.now();
        const child = spawn(program, args, {
            cwd: projectDirectory,
            env: { ...process.env, ...environment },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        child.stdout.on("data", (part: Buffer) => (text += part.toString()));
        child.stderr.on("data", (part: Buffer) => (text += part.toString()));
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === 0) {
                resolve((performance.now() - start) / 1000);
            } else {
                reject(new Error(`${program} ${args[0] ?? ""} ended with code ${code}:\n${text}`));
            }
        });
    });
}

main().catch((error: unknown) => {
    console.error(`\nerror: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
});
