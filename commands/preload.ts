import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Loads what a program's index.ts imports, while the Pulumi CLI is starting and this process has nothing else to do: one
 * after the other, so that the CLI's answers needn't wait for all of them. Whatever is wrong with one of them, or with
 * index.ts, is the program's to tell.
 */
export async function preloadImports(projectDirectory: string): Promise<void> {
    const program = join(projectDirectory, "index.ts");
    const load = createRequire(program);
    await nextTurn();
    try {
        for (const name of importsIn(readFileSync(program, "utf8"))) {
            load(name);
            await nextTurn();
        }
    } catch {
        return;
    }
}

export function importsIn(source: string): string[] {
    return [...source.matchAll(/^import (?!type ).* from "([^"]+)";$/gm)].map(
        ([, name]) => name ?? "",
    );
}
