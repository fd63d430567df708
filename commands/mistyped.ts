import { parse } from "yaml";
import { describeProblem } from "../components/problem";

const wanted: Readonly<Record<string, string>> = {
    integer: "a whole number",
    boolean: "true or false",
    string: "a text",
    object: "an object",
};

/**
 * The CLI checks types by itself, before the program runs, and then leaves out the value: says what was refused as the
 * program says it. Undefined when the CLI's words are about something else.
 * @param settings the text of the stack's settings file
 */
export function mistypedSetting(
    engineWords: string,
    projectName: string,
    settings: string,
): string | undefined {
    const refused = /Stack '(.+)' with configuration key '(.+)' must be of type '(.+)'/.exec(
        engineWords,
    );
    if (refused === null) {
        return undefined;
    }
    const [, stackName = "", name = "", type = ""] = refused;
    const field = name.includes(":") ? name : `${projectName}:${name}`;
    const { config = {} } = (parse(settings) ?? {}) as { config?: Record<string, unknown> };
    const message = `give ${wanted[type] ?? `an ${type}`}; Pulumi.yaml describes the key`;
    return [
        `The configuration of stack ${stackName} can't be used:`,
        `  ${describeProblem({ field, value: config[field], message })}`,
        `Change it by \`pulumi config\` or in Pulumi.${stackName}.yaml. Nothing was changed.`,
    ].join("\n");
}
