import { existsSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import type { Cluster } from "./cluster";
import { UserError } from "./userError";

const script = "nfs-server.sh";

/**
 * What a project asks of its NFS server beforehand is a script of it, for an administrator to run. On the sandbox, whose
 * server is this machine, that is done here; a cluster of the user's own is left to its administrator.
 */
export function prepareNfsServer(
    projectDirectory: string,
    { exportDirectory }: Pick<Cluster, "exportDirectory">,
): void {
    const path = join(projectDirectory, script);
    if (exportDirectory === undefined || !existsSync(path)) {
        return;
    }
    try {
        execFileSync("bash", [path, exportDirectory], { stdio: ["ignore", "ignore", "pipe"] });
    } catch (error) {
        throw new UserError(`${path} ${exportDirectory} failed: ${saidBy(error)}`);
    }
}

function saidBy(error: unknown): string {
    const { stderr } = error as { stderr?: Buffer };
    return stderr?.toString().trim() || (error instanceof Error ? error.message : String(error));
}
