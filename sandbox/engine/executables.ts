import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** The first executable of that name on PATH. */
export function findExecutable(name: string, environment: NodeJS.ProcessEnv): string | undefined {
    return (environment["PATH"] ?? "")
        .split(delimiter)
        .filter((directory) => isAbsolute(directory))
        .map((directory) => join(directory, name))
        .find(isExecutable);
}

export function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}
