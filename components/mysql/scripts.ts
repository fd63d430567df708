import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const directory = join(__dirname, "scripts");

/**
 * What a Pod runs, file name -> content: the shell scripts that stand next to this file. A checkout may have
 * given their lines another ending, which bash would stumble over.
 */
export function scripts(): Record<string, string> {
    return Object.fromEntries(
        readdirSync(directory)
            .filter((name) => name.endsWith(".sh"))
            .sort()
            .map((name) => [
                name,
                readFileSync(join(directory, name), "utf8").replaceAll("\r\n", "\n"),
            ]),
    );
}
