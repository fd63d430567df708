import { createRequire } from "node:module";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { useNativeStrings } from "../sandbox/providers/plugin/strings";
import { useQuickStructs } from "../sandbox/providers/plugin/structs";
import type { EndingProgram } from "./inlineRuns";
import { lostEngine, mendInlineRuns } from "./inlineRuns";
import { leaveOutSdkDebugging } from "./sdkDebugging";
import { getStore } from "./sdkStore";

/** A Pulumi program in this process, for the Automation API. */
export interface InlineProgram extends EndingProgram {
    (): Promise<Record<string, unknown>>;
    /** What the last run threw, such as a refused setting, before the engine wrapped it. */
    failure: Error | undefined;
}

/** The project's index.ts as an inline program, loaded afresh for each run. */
export function loadProgram(projectDirectory: string): InlineProgram {
    leaveOutSdkDebugging();
    mendInlineRuns();
    useNativeStrings();
    useQuickStructs();
    const program: InlineProgram = Object.assign(
        async () => {
            program.failure = undefined;
            const outputs = await settled(() => {
                try {
                    return outputsOf(loadAnew(join(projectDirectory, "index.ts")));
                } catch (error) {
                    program.failure = error instanceof Error ? error : new Error(String(error));
                    throw error;
                }
            });
            program.hasEnded = true;
            return outputs;
        },
        { failure: undefined, hasEnded: false },
    );
    return program;
}

/**
 * The exports of a module that reads config when it is loaded; what it imports does not, and stays loaded. In the turn
 * in which the engine was found there, and not by import() in a later one: without an engine the SDK makes every
 * resource up, as in a unit test, and the real engine would delete what it was not told of.
 */
function loadAnew(path: string): unknown {
    if (!runtime.hasMonitor()) {
        throw new Error(lostEngine);
    }
    const load = createRequire(__filename);
    const file = load.resolve(path); // the cache knows it without links
    delete load.cache[file];
    return load(file) as unknown;
}

// What the SDK keeps to itself and does not declare.
const { waitForRPCs } = runtime as unknown as { waitForRPCs: () => Promise<void> };

/**
 * Waits until the engine has heard of each of the program's resources, and fails if anything failed in between (in an
 * `apply`, say). The Automation API by itself says first that the program is done, and looks for failures then: the
 * engine has deleted by that time what they kept from being registered.
 */
async function settled<Value>(program: () => Value): Promise<Value> {
    const failures: unknown[] = [];
    const note = (failure: unknown) => failures.push(failure);
    process.on("unhandledRejection", note);
    try {
        const value = program();
        await waitForRPCs();
        // Node.js reports at the end of a turn what nobody handled in it.
        await new Promise((resolve) => setImmediate(resolve));
        if (failures.length > 0) {
            throw new Error("One or more errors occurred"); // which the SDK has reported
        }
        if (getStore().terminated) {
            throw new Error(lostEngine);
        }
        return value;
    } finally {
        process.off("unhandledRejection", note);
    }
}

function outputsOf(exported: unknown): Record<string, unknown> {
    if (typeof exported !== "object" || exported === null) {
        return {};
    }
    // esModuleInterop adds `default`, which is no output.
    return Object.fromEntries(Object.entries(exported).filter(([name]) => name !== "default"));
}
