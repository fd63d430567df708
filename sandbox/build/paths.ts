import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const projectFolder = "mysql-nfs";

/** Everything built lives here, named by the hash of its inputs; safe to delete at any time. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
    return join(baseDirectory(environment.XDG_CACHE_HOME, ".cache"), projectFolder);
}

/** What one sandbox keeps between starts: etcd's data, containers, exports, keys, logs. */
export function stateDirectory(
    instance: string,
    environment: NodeJS.ProcessEnv = process.env,
): string {
    return join(baseDirectory(environment.XDG_STATE_HOME, ".local/state"), projectFolder, instance);
}

// The XDG specification: a relative path in these variables is to be ignored.
function baseDirectory(value: string | undefined, fallback: string): string {
    return value !== undefined && isAbsolute(value) ? value : join(homedir(), fallback);
}
