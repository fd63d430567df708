import { join, relative, sep } from "node:path";
import { leaveOutPromiseStacks } from "./promiseStacks";

// Folders of this project that are no part of the program. The rest has to be loaded anew for each
// run: it reads config when it is loaded.
const otherParts = ["node_modules", "commands", "sandbox", "test", "bench"];

/** A Pulumi program in this process, for the Automation API. */
export interface InlineProgram {
    (): Promise<Record<string, unknown>>;
    /** What the last run threw, such as a refused setting, before the engine wrapped it. */
    failure: Error | undefined;
}

/** The project's index.ts as an inline program, loaded afresh for each run. */
export function loadProgram(projectDirectory: string): InlineProgram {
    leaveOutPromiseStacks();
    const program: InlineProgram = Object.assign(
        async () => {
            program.failure = undefined;
            forget(projectDirectory);
            try {
                const exported: unknown = await import(join(projectDirectory, "index.ts"));
                return outputsOf(exported);
            } catch (error) {
                program.failure = error instanceof Error ? error : new Error(String(error));
                throw error;
            }
        },
        { failure: undefined },
    );
    return program;
}

function forget(projectDirectory: string): void {
    for (const path of Object.keys(require.cache)) {
        const inside = relative(projectDirectory, path);
        const part = inside.split(sep)[0] ?? "";
        if (!inside.startsWith("..") && !otherParts.includes(part)) {
            delete require.cache[path];
        }
    }
}

function outputsOf(exported: unknown): Record<string, unknown> {
    if (typeof exported !== "object" || exported === null) {
        return {};
    }
    // esModuleInterop adds `default`, which is no output.
    return Object.fromEntries(Object.entries(exported).filter(([name]) => name !== "default"));
}
