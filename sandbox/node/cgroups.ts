import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const mountPoint = "/sys/fs/cgroup";

const isVersion2 = () => existsSync(join(mountPoint, "cgroup.controllers"));

/** The one hierarchy of cgroup v2; those of v1, one for a controller or two. */
async function hierarchies(): Promise<string[]> {
    if (isVersion2()) {
        return [mountPoint];
    }
    const names = await readdir(mountPoint);
    return names
        .filter((name) => name !== "unified")
        .map((name) => join(mountPoint, name))
        .filter((path) => existsSync(join(path, "cgroup.procs")));
}

/** Makes the folders below which the node's containers have theirs, with every controller usable. */
export async function createCgroups(name: string): Promise<void> {
    for (const hierarchy of await hierarchies()) {
        const path = join(hierarchy, name);
        await mkdir(path, { recursive: true });
        // A cpuset has no processors until it is given some.
        for (const setting of ["cpuset.cpus", "cpuset.mems"]) {
            if (!isVersion2() && existsSync(join(path, setting))) {
                await writeFile(join(path, setting), await readFile(join(hierarchy, setting)));
            }
        }
    }
    if (isVersion2()) {
        const controllers = (await readFile(join(mountPoint, "cgroup.controllers"), "utf8")).trim();
        const enabled = controllers.split(" ").map((controller) => `+${controller}`);
        for (const directory of [mountPoint, join(mountPoint, name)]) {
            await writeFile(join(directory, "cgroup.subtree_control"), enabled.join(" "));
        }
    }
}

/** Removes what no process is left in. */
export async function removeCgroups(name: string): Promise<void> {
    for (const hierarchy of await hierarchies()) {
        await removeTree(join(hierarchy, name));
    }
}

async function removeTree(path: string): Promise<void> {
    if (!existsSync(path)) {
        return;
    }
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
        await removeTree(join(path, entry.name));
    }
    // The kernel lets go of a dead process's cgroup a moment after the process.
    for (let attempt = 0; ; attempt++) {
        try {
            await rmdir(path);
            return;
        } catch (error) {
            if (attempt === 100) {
                throw error;
            }
            await sleep(20);
        }
    }
}
