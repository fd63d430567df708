import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "./settings";
import { defaultSettings } from "./settings";

/** What the controller's Pod was given. */
export interface Environment {
    readonly settings: Settings;
    readonly namespace: string;
    /** This Pod, for the Lease. */
    readonly identity: string;
    readonly clusterDomain: string;
    readonly databaseName: string;
    /** Labels of the MySQL Pods, as a selector. */
    readonly selector: string;
}

type Given = Pick<
    Settings,
    "cluster" | "lagBoundMs" | "failoverAfterMs" | "readsFromPrimary" | "rebuildErrant"
> &
    Pick<Environment, "namespace" | "clusterDomain" | "databaseName" | "selector">;

/** Of each a value of its own kind: the program writes it, so an error here is the program's. */
const kinds: Readonly<Record<keyof Given, "string" | "number" | "boolean">> = {
    namespace: "string",
    cluster: "string",
    clusterDomain: "string",
    databaseName: "string",
    selector: "string",
    lagBoundMs: "number",
    failoverAfterMs: "number",
    readsFromPrimary: "string",
    rebuildErrant: "boolean",
};

export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
    const given = JSON.parse(variables["CONTROLLER_SETTINGS"] ?? "{}") as Given;
    for (const [name, kind] of Object.entries(kinds)) {
        const value: unknown = given[name as keyof Given];
        if (typeof value !== kind) {
            throw new Error(
                `CONTROLLER_SETTINGS: ${name} is ${JSON.stringify(value)}, not a ${kind}`,
            );
        }
    }
    const { namespace, clusterDomain, databaseName, selector, ...settings } = given;
    return {
        settings: { ...defaultSettings, ...settings },
        namespace,
        clusterDomain,
        databaseName,
        selector,
        identity: variables["POD_NAME"] ?? "controller",
    };
}

/** Passwords are read when they are needed: the Secret may change. */
export function passwordReader(directory = "/run/secrets/mysql-internal") {
    return (key: string): string => readFileSync(join(directory, key), "utf8");
}
