import { UserError } from "./userError";

/** What a command was asked to work on. */
export interface CommandArguments {
    /** Kube-context of an existing cluster; the sandbox when absent. */
    readonly context?: string;
    /** Pulumi stack. @default "sandbox" */
    readonly stackName: string;
    readonly help: boolean;
}

export const defaultStackName = "sandbox";

const flags = ["--context", "--stack"] as const;

// What Pulumi accepts for a stack's own name; an organisation and project may stand before it.
const stackNamePattern = /^([A-Za-z0-9_.-]+\/){0,2}[A-Za-z0-9_.-]{1,100}$/;

/**
 * Reads the words after `npm run COMMAND --`.
 * @param environment npm's own: it swallows flags given without `--`, and leaves them there.
 */
export function parseArguments(
    command: string,
    words: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
): CommandArguments {
    for (const flag of flags) {
        if (environment[`npm_config_${flag.slice(2)}`] !== undefined) {
            throw new UserError(
                `${flag} went to npm and not to this command. ` +
                    `Put -- before it: ${commandLineWith(command, `${flag} NAME`)}`,
            );
        }
    }
    const values: Partial<Record<(typeof flags)[number], string>> = {};
    let help = false;
    for (let index = 0; index < words.length; index++) {
        const word = words[index] ?? "";
        const equals = word.indexOf("=");
        const name = equals < 0 ? word : word.slice(0, equals);
        const flag = flags.find((candidate) => candidate === name);
        if (name === "--help" || name === "-h") {
            help = true;
        } else if (flag === undefined) {
            throw new UserError(
                `Unknown argument "${word}". ${commandLine(command)} takes ` +
                    `--context NAME and --stack NAME${command.includes(" -- ") ? "" : ", after a --"}.`,
            );
        } else {
            const value = equals < 0 ? (words[++index] ?? "") : word.slice(equals + 1);
            if (value === "" || value.startsWith("-")) {
                throw new UserError(`${flag} needs a name after it: ${flag} NAME`);
            }
            values[flag] = value;
        }
    }
    const stackName = values["--stack"] ?? defaultStackName;
    if (!stackNamePattern.test(stackName)) {
        throw new UserError(
            `--stack "${stackName}" is no name of a Pulumi stack: use letters, digits, "-", "_" and ".".`,
        );
    }
    return { context: values["--context"], stackName, help };
}

/** How a user calls a command. */
export function commandLine(command: string): string {
    return command === "start" ? "npm start" : `npm run ${command}`;
}

/** The same with flags, which npm hands on only after a `--`. */
export function commandLineWith(command: string, flags: string): string {
    return `${commandLine(command)}${command.includes(" -- ") ? "" : " --"} ${flags}`;
}

export function usage(command: string, purpose: string): string {
    return [
        `${commandLine(command)} [-- --context NAME] [--stack NAME]`,
        "",
        purpose,
        "",
        "  --context NAME  work on this kube-context's cluster instead of the sandbox",
        '  --stack NAME    the Pulumi stack, with its Pulumi.NAME.yaml; "sandbox" when not given',
    ].join("\n");
}
