import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Loads what a program's index.ts imports, while the Pulumi CLI is starting and this process has nothing else to do: one
 * after the other, so that the CLI's answers needn't wait for all of them. Whatever is wrong with one of them is the
 * program's to tell.
 */
export function preloadImports(projectDirectory: string): void {
    const program = join(projectDirectory, "index.ts");
    if (!existsSync(program)) {
        return;
    }
    const load = createRequire(program);
    const loadInTurn = ([name, ...others]: readonly string[]): void => {
        if (name !== undefined) {
            setImmediate(() => {
                try {
                    load(name);
                } catch {
                    return;
                }
                loadInTurn(others);
            });
        }
    };
    loadInTurn(importsIn(readFileSync(program, "utf8")));
}

export function importsIn(source: string): string[] {
    return [...source.matchAll(/^import (?!type ).* from "([^"]+)";$/gm)].map(
        ([, name]) => name ?? "",
    );
}
