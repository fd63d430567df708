import type { Sandbox } from "../sandbox";
import { startSandbox, stopSandbox } from "../sandbox";
import { createProgress } from "../sandbox/build/progress";
import type { Engine } from "../sandbox/engine";
import { resolveEngine } from "../sandbox/engine";
import { instance } from "./projects";
import { measureOutages } from "./roles";
import { measureSpeed } from "./speed";
import type { Result } from "./table";
import { passes, tableLines } from "./table";

// What this project promises, measured on a sandbox of its own:
//   npm run bench                    both of these
//   npm run bench -- speed           how long runs and starts take
//   npm run bench -- roles [RUNS]    how long writers wait when the primary changes, and what is read meanwhile; so often
//                                    each, 20 by default

const progress = createProgress();
const defaultRuns = 20;

async function main(words: readonly string[]): Promise<void> {
    const parts = partsIn(words);
    const results: Result[] = [];
    for (const measure of parts) {
        await stopSandbox({ instance, wipe: true });
        const sandbox = await startSandbox({ instance, log: progress });
        const engine = await resolveEngine({ progress });
        if (results.length === 0) {
            [...engine.description, ...sandbox.description].forEach((line) => console.log(line));
        }
        results.push(...(await measure(sandbox, engine)));
    }
    await stopSandbox({ instance, wipe: true });
    console.log("");
    tableLines(results).forEach((line) => console.log(line));
    process.exitCode = results.every(passes) ? 0 : 1;
}

type Measure = (sandbox: Sandbox, engine: Engine) => Promise<Result[]>;

function partsIn(words: readonly string[]): Measure[] {
    const [what, times = String(defaultRuns), ...rest] = words;
    const runs = Number(times);
    const speed: Measure = (...place) => measureSpeed(...place, progress);
    const roles: Measure = (...place) => measureOutages(...place, progress, runs);
    if (what === undefined) {
        return [speed, roles];
    }
    if (what === "speed" && words.length === 1) {
        return [speed];
    }
    if (what === "roles" && rest.length === 0 && Number.isInteger(runs) && runs > 0) {
        return [roles];
    }
    throw new Error(
        `npm run bench knows no "${words.join(" ")}": give nothing, speed, or roles and a number of runs`,
    );
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(`\nerror: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
});
