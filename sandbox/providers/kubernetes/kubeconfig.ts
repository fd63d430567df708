// Which API server to talk to and as whom: a kubeconfig, by the rules of client-go.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { parse as parseYaml } from "yaml";
import {
    at,
    isObject,
    objectAt,
    objectsAt,
    textAt,
    type Json,
    type JsonObject,
} from "../plugin/json";

export interface Kubeconfig {
    currentContext: string;
    contexts: Map<string, JsonObject>;
    clusters: Map<string, JsonObject>;
    users: Map<string, JsonObject>;
}

export interface Selection {
    context?: string;
    cluster?: string;
}

export interface Connection {
    server: string;
    /** Namespace of objects that name none. */
    namespace: string;
    cluster: JsonObject;
    user: JsonObject;
}

const FILE_KEYS = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

function named(entries: JsonObject[], key: string, directory: string): Map<string, JsonObject> {
    return new Map(
        entries.map((entry) => {
            const body = { ...objectAt(entry, key) };
            for (const fileKey of FILE_KEYS) {
                const file = body[fileKey];
                if (typeof file === "string" && file !== "" && !isAbsolute(file)) {
                    body[fileKey] = join(directory, file);
                }
            }
            return [textAt(entry, "name"), body];
        }),
    );
}

function fromDocument(document: Json, directory: string): Kubeconfig {
    if (!isObject(document)) throw new Error("it is not a kubeconfig document");
    return {
        currentContext: textAt(document, "current-context"),
        contexts: named(objectsAt(document, "contexts"), "context", directory),
        clusters: named(objectsAt(document, "clusters"), "cluster", directory),
        users: named(objectsAt(document, "users"), "user", directory),
    };
}

function load(text: string, directory: string): Kubeconfig {
    // JSON is YAML too, but much quicker to read.
    const json = text.trimStart().startsWith("{");
    return fromDocument((json ? JSON.parse(text) : parseYaml(text)) as Json, directory);
}

function loadFile(path: string): Kubeconfig {
    return load(readFileSync(path, "utf8"), dirname(path));
}

/** Earlier files win, as in client-go. */
function merge(configs: Kubeconfig[]): Kubeconfig {
    const all = <Key extends "contexts" | "clusters" | "users">(key: Key) =>
        new Map(configs.toReversed().flatMap((config) => [...config[key]]));
    return {
        currentContext:
            configs.find((config) => config.currentContext !== "")?.currentContext ?? "",
        contexts: all("contexts"),
        clusters: all("clusters"),
        users: all("users"),
    };
}

/** A path to a kubeconfig or its content. */
export function parseKubeconfig(pathOrContents: string): Kubeconfig {
    const path = pathOrContents.replace(/^~(?=$|\/)/, homedir());
    return existsSync(path) ? loadFile(path) : load(pathOrContents, process.cwd());
}

/** What kubectl would read: the files in KUBECONFIG, or the one in the home directory. */
export function ambientKubeconfig(environment: NodeJS.ProcessEnv): Kubeconfig {
    const files = (environment["KUBECONFIG"] ?? "").split(":").filter((file) => file !== "");
    const paths = files.length > 0 ? files : [join(homedir(), ".kube", "config")];
    return merge(paths.filter((path) => existsSync(path)).map(loadFile));
}

export function activeCluster(config: Kubeconfig, selection: Selection): JsonObject | undefined {
    const context = config.contexts.get(selection.context ?? config.currentContext);
    return config.clusters.get(selection.cluster ?? textAt(context, "cluster"));
}

export function connectionOf(config: Kubeconfig, selection: Selection): Connection {
    const name = selection.context ?? config.currentContext;
    const context = config.contexts.get(name);
    if (context === undefined && name !== "") {
        throw new Error(`context ${JSON.stringify(name)} does not exist`);
    }
    const cluster = activeCluster(config, selection);
    const server = textAt(cluster, "server");
    if (cluster === undefined || server === "") {
        throw new Error(
            "invalid configuration: no configuration has been provided; set kubernetes:context, " +
                "kubernetes:kubeconfig or the environment variable KUBECONFIG",
        );
    }
    if (at(cluster, "proxy-url") !== undefined) {
        throw new Error(`cluster ${server} needs proxy-url, which this provider does not support`);
    }
    return {
        server,
        namespace: textAt(context, "namespace") || "default",
        cluster,
        user: config.users.get(textAt(context, "user")) ?? {},
    };
}
