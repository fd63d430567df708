import { nearest } from "../components/nearest";
import type { CommandArguments } from "./arguments";
import { parseArguments } from "./arguments";
import { UserError } from "./userError";

const actions = ["destroy", "cancel"] as const;

/** What `npm run example` was asked to do. */
export interface ExampleArguments extends CommandArguments {
    /** Undefined only where help was asked for. */
    readonly name?: string;
    readonly action: "up" | (typeof actions)[number];
    /** The flags that say which cluster and stack it is, for commands that are to do more with it. */
    readonly place: readonly string[];
}

/**
 * Reads the words after `npm run example --`.
 * @param environment npm's own: it swallows flags given without `--`, and leaves them there.
 * @param known names of all examples
 */
export function parseExampleArguments(
    words: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
    known: readonly string[],
): ExampleArguments {
    const [first = "", ...rest] = words;
    const name = first.startsWith("-") ? "" : first;
    const others = name === "" ? words : rest;
    const command = `example -- ${name || "NAME"}`;
    for (const action of actions) {
        if (environment[`npm_config_${action}`] !== undefined) {
            throw new UserError(
                `--${action} went to npm and not to this command. ` +
                    `Put -- before it: npm run ${command} --${action}`,
            );
        }
    }
    const asked = actions.filter((action) => others.includes(`--${action}`));
    if (asked.length > 1) {
        throw new UserError(`--${asked.join(" and --")} exclude each other: give one of them.`);
    }
    const place = others.filter((word) => !actions.some((action) => word === `--${action}`));
    const parsed = parseArguments(command, place, environment);
    if (!parsed.help && !known.includes(name)) {
        throw new UserError(unknownName(name, known));
    }
    return { ...parsed, name: name || undefined, action: asked[0] ?? "up", place };
}

function unknownName(name: string, known: readonly string[]): string {
    const among = `The examples are ${known.join(", ")}.`;
    if (name === "") {
        return `No example is named. ${among} Give one: npm run example -- ${known[0] ?? "NAME"}`;
    }
    const meant = nearest(name, known);
    return (
        `There is no example "${name}". ${among}` +
        (meant === undefined ? "" : ` Did you mean npm run example -- ${meant}?`)
    );
}

export function exampleUsage(known: readonly string[]): string {
    return [
        "npm run example -- NAME [--destroy] [--context NAME] [--stack NAME]",
        "",
        `Brings an example up and says what to look at: ${known.join(", ")}.`,
        "",
        "  --destroy       take it away again",
        "  --cancel        forget the lock of a run that no longer exists",
        "  --context NAME  work on this kube-context's cluster instead of the sandbox",
        '  --stack NAME    its Pulumi stack, with its Pulumi.NAME.yaml; "sandbox" when not given',
    ].join("\n");
}
