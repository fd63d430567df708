import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, readlink, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LocatedPlugin } from "./plugins";
import { pluginFile } from "./plugins";

/**
 * Fills a PULUMI_HOME so that the engine finds these plugins as if it had installed them: at the
 * versions that the SDKs ask for, and without the warning that plugins on PATH bring.
 */
export async function makePluginHome(home: string, plugins: LocatedPlugin[]): Promise<void> {
    for (const plugin of plugins) {
        // The engine prefers PATH by itself.
        if (plugin.origin !== "path") {
            await writeLauncher(pluginFile(home, plugin), plugin.file);
        }
    }
}

// No link: the engine's list of plugins skips linked folders, and a stand-in finds its parts beside
// the file that it was started as.
async function writeLauncher(file: string, target: string): Promise<void> {
    const content = `#!/bin/sh\nexec '${target.replaceAll("'", "'\\''")}' "$@"\n`;
    if (existsSync(file) && (await readFile(file, "utf8")) === content) {
        return;
    }
    await replace(file, async (draft) => {
        await writeFile(draft, content);
        await chmod(draft, 0o755);
    });
}

/**
 * The engine logs all that it says to plugins, compressed and encrypted, up to 500 MB; that is a third of its work in
 * a preview without changes. Where it can't make the folder it goes on without (pkg/logging in pulumi).
 */
export async function leaveOutLogs(home: string): Promise<void> {
    await mkdir(home, { recursive: true });
    await writeFile(join(home, "logs"), "Not a folder, so that the engine keeps no logs here.\n");
}

/** Makes `file` a link to `target`, whatever was there. */
export async function linkFile(target: string, file: string): Promise<void> {
    const current = await readlink(file).catch(() => undefined);
    if (current !== target) {
        await replace(file, (draft) => symlink(target, draft));
    }
}

// Another command may be starting the engine at this moment: it sees the old file or the new one.
async function replace(file: string, make: (draft: string) => Promise<void>): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const draft = `${file}.${randomBytes(4).toString("hex")}`;
    await make(draft);
    await rename(draft, file);
}
