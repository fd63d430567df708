import type { OutputMap } from "@pulumi/pulumi/automation";
import type { CommandArguments } from "./arguments";
import { defaultStackName } from "./arguments";

/** The stack's outputs as aligned lines; a secret stays one. */
export function outputLines(outputs: OutputMap): string[] {
    const names = Object.keys(outputs).sort();
    const width = Math.max(0, ...names.map((name) => name.length));
    return names.flatMap((name) => {
        const output = outputs[name];
        const value: unknown = output?.secret === true ? "[secret]" : output?.value;
        const values = Array.isArray(value) ? value.map(show) : [show(value)];
        return values.map((text, index) => `  ${(index === 0 ? name : "").padEnd(width)}  ${text}`);
    });
}

/** An example's outputs; those under `next` are what to type next, on the cluster it is on. */
export function exampleClosing({ next, ...outputs }: OutputMap, kubectl: string): string[] {
    const lines: unknown = next?.value;
    return [
        ...["", "Outputs", ...outputLines(outputs)],
        ...(Array.isArray(lines)
            ? [
                  "",
                  "To look at it",
                  ...[`alias kubectl='${kubectl}'`, ...lines.map(show)].map(indent),
              ]
            : []),
    ];
}

/** What the lines to paste need to know; undefined where the stack has no such outputs. */
export interface Endpoints {
    readonly namespace: string;
    readonly statefulSet: string;
    readonly primaryHost: string;
    readonly readHost: string;
    readonly database: string;
    readonly user: string;
    readonly secretName: string;
}

export function endpointsOf(outputs: OutputMap): Endpoints | undefined {
    const text = (name: string): string => show(outputs[name]?.value);
    const pods: unknown = outputs["podDnsNames"]?.value;
    const firstPod = Array.isArray(pods) ? show(pods[0]) : "";
    const endpoints = {
        namespace: text("namespace"),
        statefulSet: (firstPod.split(".")[0] ?? "").replace(/-\d+$/, ""),
        primaryHost: text("primaryDnsName").split(".")[0] ?? "",
        readHost: text("readEndpoint").split(/[.:]/)[0] ?? "",
        database: text("databaseName"),
        user: text("userName"),
        secretName: text("credentialsSecretName"),
    };
    return Object.values(endpoints).every((value) => value !== "") ? endpoints : undefined;
}

/** Two shell lines: one writes a row through the primary, one reads it through the read endpoint. */
export function linesToPaste({ context, stackName }: CommandArguments): {
    write: string;
    read: string;
} {
    const flags = [
        ...(context === undefined ? [] : [` --context ${context}`]),
        ...(stackName === defaultStackName ? [] : [` --stack ${stackName}`]),
    ].join("");
    const line = (endpoint: string, sql: string) =>
        `npm run --silent sql -- ${endpoint} '${sql}'${flags}`;
    return {
        write: line(
            "primary",
            `CREATE TABLE IF NOT EXISTS greetings (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, words TEXT); ` +
                `INSERT INTO greetings (words) VALUES (CONCAT("written through ", @@hostname))`,
        ),
        read: line(
            "read",
            `SELECT id, words, @@hostname AS read_from FROM greetings ORDER BY id DESC LIMIT 3`,
        ),
    };
}

function indent(line: string): string {
    return `  ${line}`;
}

function show(value: unknown): string {
    if (value === undefined || value === null) {
        return "";
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}
