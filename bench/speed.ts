import { join } from "node:path";
import type { Sandbox } from "../sandbox";
import type { Progress } from "../sandbox/build/progress";
import type { Engine } from "../sandbox/engine";
import type { Act } from "./projects";
import { instance, Project, timed } from "./projects";
import type { Result } from "./table";
import { median } from "./table";

// How long runs and starts take. Ratios are those of medians of alternating runs, so that a busy machine disturbs both
// sides alike.

const pairs = 5;
const coldStarts = 3;

export async function measureSpeed(
    sandbox: Sandbox,
    engine: Engine,
    progress: Progress,
): Promise<Result[]> {
    const ours = Project.ofThis(sandbox, engine);
    const empty = Project.empty(sandbox, engine);
    await progress.step("first runs, which are not counted", async () => {
        await empty.run("up");
        await empty.run("preview");
    });
    const cold = await coldStart(ours, sandbox, progress);
    return [
        await ratio(
            "preview of this program / of an empty one",
            1.3,
            "preview",
            ours,
            empty,
            progress,
        ),
        await ratio("up without a change / of an empty program", 2, "up", ours, empty, progress),
        cold,
        await secondStart(ours, sandbox, progress),
    ];
}

async function ratio(
    title: string,
    bound: number,
    act: Act,
    ours: Project,
    empty: Project,
    progress: Progress,
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
async function coldStart(ours: Project, sandbox: Sandbox, progress: Progress): Promise<Result> {
    const title = "empty cluster to three Pods ready";
    const times: number[] = [];
    await progress.step(title, async (note) => {
        for (let round = 1; round <= coldStarts; round++) {
            note(`round ${round} of ${coldStarts}`);
            if (round > 1) {
                await clear(ours, sandbox);
            }
            times.push(await ours.run("up"));
        }
    });
    const detail = `median of ${times.map((time) => time.toFixed(1)).join(", ")}`;
    return { title, value: median(times), bound: 30, unit: "s", detail };
}

async function secondStart(ours: Project, sandbox: Sandbox, progress: Progress): Promise<Result> {
    // npm start has a stack of its own, which must not meet the bench's in one namespace, nor its claims.
    await clear(ours, sandbox);
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

/** Takes away the stack and what outlives it. */
async function clear(ours: Project, sandbox: Sandbox): Promise<void> {
    await ours.run("destroy");
    await kubectl(sandbox, "delete", "namespace", "mysql", "--ignore-not-found");
    await kubectl(sandbox, "delete", "pv", "--all");
}

async function kubectl(sandbox: Sandbox, ...args: string[]): Promise<void> {
    const program = join(sandbox.binDirectory, "kubectl");
    await timed(program, ["--kubeconfig", sandbox.kubeconfigPath, ...args]);
}
