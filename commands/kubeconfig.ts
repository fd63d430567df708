import { dirname, isAbsolute, join } from "node:path";
import { UserError } from "./userError";

/** One kubeconfig file, parsed. */
export interface KubeconfigFile {
    readonly path: string;
    readonly content: unknown;
}

/** A kubeconfig that holds one context and nothing else. */
export interface SelectedContext {
    readonly server: string;
    /** A proxy stands between us and the server, so that the server can't be tried directly. */
    readonly proxied: boolean;
    readonly kubeconfig: Record<string, unknown>;
}

type Fields = Record<string, unknown>;

// Fields that hold a path, which kubectl reads as relative to the file they stand in.
const clusterPaths = ["certificate-authority"];
const userPaths = ["client-certificate", "client-key", "tokenFile"];

/**
 * Picks one context out of the files that KUBECONFIG names, as kubectl would: of equal names the
 * first counts. The result stands alone, so it can be handed on without a current-context.
 */
export function selectContext(
    files: readonly KubeconfigFile[],
    contextName: string,
): SelectedContext {
    const context = find(files, "contexts", "context", contextName);
    if (context === undefined) {
        const known = files.flatMap((file) => entries(file.content, "contexts")).map(nameOf);
        const where = files.map((file) => file.path).join(", ") || "no kubeconfig file";
        throw new UserError(
            `--context "${contextName}": no such context in ${where}. ` +
                (known.length > 0
                    ? `Known contexts: ${[...new Set(known)].join(", ")}.`
                    : "Set KUBECONFIG to the file that holds it."),
        );
    }
    const clusterName = text(context.fields["cluster"]);
    const userName = text(context.fields["user"]);
    const cluster = find(files, "clusters", "cluster", clusterName);
    const server = text(cluster?.fields["server"]);
    if (cluster === undefined || server === "") {
        throw new UserError(
            `--context "${contextName}": its cluster "${clusterName}" has no server in ` +
                `${context.path}. Correct that file or name another context.`,
        );
    }
    const user = find(files, "users", "user", userName);
    const users = user === undefined ? [] : [{ name: userName, user: withExec(user) }];
    return {
        server,
        proxied: text(cluster.fields["proxy-url"]) !== "",
        kubeconfig: {
            apiVersion: "v1",
            kind: "Config",
            "current-context": contextName,
            contexts: [{ name: contextName, context: context.fields }],
            clusters: [{ name: clusterName, cluster: withPaths(cluster, clusterPaths) }],
            users,
        },
    };
}

interface Found {
    readonly path: string;
    readonly fields: Fields;
}

function find(
    files: readonly KubeconfigFile[],
    list: string,
    field: string,
    name: string,
): Found | undefined {
    for (const file of files) {
        const entry = entries(file.content, list).find((candidate) => nameOf(candidate) === name);
        if (entry !== undefined) {
            return { path: file.path, fields: fieldsOf(entry[field]) };
        }
    }
    return undefined;
}

function withPaths(found: Found, paths: readonly string[]): Fields {
    const result = { ...found.fields };
    for (const key of paths) {
        const value = text(result[key]);
        if (value !== "" && !isAbsolute(value)) {
            result[key] = join(dirname(found.path), value);
        }
    }
    return result;
}

function withExec(user: Found): Fields {
    const result = withPaths(user, userPaths);
    const exec = fieldsOf(result["exec"]);
    const command = text(exec["command"]);
    // A bare word is looked up in PATH; only one with a slash is relative to the file.
    if (command.includes("/") && !isAbsolute(command)) {
        result["exec"] = { ...exec, command: join(dirname(user.path), command) };
    }
    return result;
}

function entries(content: unknown, list: string): Fields[] {
    const value = fieldsOf(content)[list];
    return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function nameOf(entry: Fields): string {
    return text(entry["name"]);
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function fieldsOf(value: unknown): Fields {
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value))
        : {};
}
