import { startSandbox, stopSandbox } from "../sandbox";
import { createProgress } from "../sandbox/build/progress";
import { resolveEngine } from "../sandbox/engine";
import { instance } from "./projects";
import { measureOutages } from "./roles";
import { measureSpeed } from "./speed";
import { passes, tableLines } from "./table";

// What this project promises, measured on a sandbox of its own:
//   npm run bench                    how long runs and starts take
//   npm run bench -- roles [RUNS]    how long writers wait when the primary changes; so often each, 20 by default

const progress = createProgress();
const defaultRuns = 20;

async function main(words: readonly string[]): Promise<void> {
    const runs = runsIn(words);
    await stopSandbox({ instance, wipe: true });
    const sandbox = await startSandbox({ instance, log: progress });
    const engine = await resolveEngine({ progress });
    [...engine.description, ...sandbox.description].forEach((line) => console.log(line));
    const results =
        runs === undefined
            ? await measureSpeed(sandbox, engine, progress)
            : await measureOutages(sandbox, engine, progress, runs);
    await stopSandbox({ instance, wipe: true });
    console.log("");
    tableLines(results).forEach((line) => console.log(line));
    process.exitCode = results.every(passes) ? 0 : 1;
}

/** How often roles are changed; undefined where speed is asked for. */
function runsIn(words: readonly string[]): number | undefined {
    const [what, times = String(defaultRuns), ...rest] = words;
    if (what === undefined) {
        return undefined;
    }
    const runs = Number(times);
    if (what !== "roles" || rest.length > 0 || !Number.isInteger(runs) || runs < 1) {
        throw new Error(
            `npm run bench knows no "${words.join(" ")}": give nothing, or roles and a number of runs`,
        );
    }
    return runs;
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(`\nerror: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
});
