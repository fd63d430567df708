import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment, EngineEvent } from "@pulumi/pulumi/automation";
import { Document, parseDocument } from "yaml";
import type { CommandArguments } from "./arguments";
import { parseArguments } from "./arguments";
import { UserError } from "./userError";

// The pure parts of npm run switchover, and the file that it changes.

export interface SwitchoverArguments extends CommandArguments {
    /** Ordinal of the Pod that is to be the primary. */
    readonly ordinal: number;
}

const primaryKey = "mysql-nfs:mysqlPrimary";
const requestType = "random:index/randomId:RandomId";
const form = "npm run switchover -- ORDINAL";

export const switchoverUsage = [
    `${form} [--context NAME] [--stack NAME]`,
    "",
    "Makes the Pod with that number the primary: sets mysqlPrimary in Pulumi.NAME.yaml, as `pulumi config set` does, brings",
    "the stack up and waits. With the number that is set already it asks once more. When it fails, or is refused, the",
    "settings are what they were, without mysqlPrimary if the Pod was asked for: its old value would ask anew.",
    "",
    "  --context NAME  work on this kube-context's cluster instead of the sandbox",
    '  --stack NAME    the Pulumi stack, with its Pulumi.NAME.yaml; "sandbox" when not given',
].join("\n");

/** Undefined when help was asked for. */
export function parseSwitchoverArguments(
    words: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
): SwitchoverArguments | undefined {
    const [ordinal = "", ...flags] = words;
    const others = parseArguments(
        "switchover -- ORDINAL",
        words.some((word) => word === "--help" || word === "-h") ? ["--help"] : flags,
        environment,
    );
    if (others.help) {
        return undefined;
    }
    if (!/^\d{1,3}$/.test(ordinal)) {
        throw new UserError(
            `"${ordinal}" is no ordinal of a Pod, such as 1 of mysql-1. Use it so: ${form}`,
        );
    }
    return { ...others, ordinal: Number(ordinal) };
}

/**
 * URNs of the requests for this Pod that the stack has made already. Each stands for one switchover, so to ask again is to
 * replace them.
 */
export function requestsFor(ordinal: number, { deployment }: Deployment): string[] {
    const { resources = [] } = deployment as { resources?: readonly Recorded[] };
    return resources
        .filter(
            ({ type, inputs }) =>
                type === requestType && inputs?.keepers?.primary?.endsWith(`-${ordinal}`) === true,
        )
        .map(({ urn }) => urn);
}

interface Recorded {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: { readonly keepers?: { readonly primary?: string } };
}

/** Whether that is the engine about to make such a request. */
export function makesRequest({ resourcePreEvent }: EngineEvent): boolean {
    const { type, op } = resourcePreEvent?.metadata ?? {};
    return type === requestType && (op === "create" || op === "create-replacement");
}

/** The text of a Pulumi.<stack>.yaml with one key set, everything else as it was. */
export function withSetting(settings: string, key: string, value: string): string {
    const parsed = parseDocument(settings);
    const document = parsed.contents === null ? new Document({}) : parsed;
    if (!document.hasIn(["config"]) || document.getIn(["config"]) === null) {
        document.setIn(["config"], document.createNode({}));
    }
    document.setIn(["config", key], value);
    return textOf(document, settings);
}

/** The same without that key. */
export function withoutSetting(settings: string, key: string): string {
    const document = parseDocument(settings);
    const path = ["config", key];
    if (!document.hasIn(path)) {
        return settings;
    }
    document.deleteIn(path);
    return textOf(document, settings);
}

function textOf(document: { toString: Document["toString"] }, before: string): string {
    const indent = /^config:[^\n]*\n( +)/m.exec(before)?.[1]?.length ?? 4;
    return document.toString({ indent, lineWidth: 0, flowCollectionPadding: true });
}

/**
 * Sets mysqlPrimary in the stack's settings. The returned function brings the settings back: without mysqlPrimary once the
 * request has been made, since whatever stood there would then be another request.
 */
export function setPrimary(
    projectDirectory: string,
    stackName: string,
    ordinal: number,
): (isAsked: boolean) => void {
    const file = join(projectDirectory, `Pulumi.${stackName}.yaml`);
    const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    writeFileSync(file, withSetting(before ?? "", primaryKey, String(ordinal)));
    return (isAsked) => {
        if (before === undefined) {
            rmSync(file, { force: true });
        } else {
            writeFileSync(file, isAsked ? withoutSetting(before, primaryKey) : before);
        }
    };
}
