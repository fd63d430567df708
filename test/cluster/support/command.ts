import { join } from "node:path";
import { instance } from "./cluster";
import type { CommandResult } from "./kubectl";
import { runCommand } from "./kubectl";

// The commands as a user runs them, on the test sandbox.

export const root = join(__dirname, "../../..");
export const environment: NodeJS.ProcessEnv = { ...process.env, MYSQL_NFS_SANDBOX: instance };

export function command(name: string, ...words: string[]): Promise<CommandResult> {
    return commandWith(environment, name, ...words);
}

export function commandWith(
    variables: NodeJS.ProcessEnv,
    name: string,
    ...words: string[]
): Promise<CommandResult> {
    const program = join("commands", `${name}.ts`);
    const loader = ["-r", "./commands/typescript.cjs"];
    return runCommand(process.execPath, [...loader, program, ...words], "", {
        cwd: root,
        environment: variables,
    });
}
