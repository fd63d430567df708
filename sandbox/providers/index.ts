// Builds the two stand-ins for official provider plugins: one bundle each, with V8's compiled code beside it
// and a launcher that an engine finds by its name.
//
// What this project can tell is as with the official plugins; what it does not use is left out and refused by
// name: client-side apply, YAML rendering, Helm and Kustomize, lists, readiness of Ingresses; RandomPet,
// RandomShuffle and a password's bcryptHash. On purpose different: an unreachable cluster fails a preview of
// new objects already (the official plugin, v4.34, lets it pass), and a failed wait also tells the Warning
// events and the troubles of init containers.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { cached } from "../build/cache";
import { WARM_UP } from "./plugin/warmUpFlag";

const PLUGINS = ["kubernetes", "random"];
const SOURCES = __dirname;
const LOCK_FILE = join(__dirname, "..", "..", "package-lock.json");

function hashOfSources(): string {
    const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .sort();
    const hash = createHash("sha256");
    for (const file of [...files.map((file) => join(SOURCES, file)), LOCK_FILE]) {
        if (existsSync(file)) hash.update(relative(SOURCES, file)).update(readFileSync(file));
    }
    return hash.digest("hex");
}

// A plugin lives for a second: the optimising compiler would cost more than it gives (measured: 170 ms of
// processor time for thirty resources with it, 66 ms without), and so would collecting young garbage often.
const NODE_FLAGS = "--no-warnings --no-opt --min-semi-space-size=16 --max-semi-space-size=32";

function launcher(plugin: string, node: string): string {
    const command = `${quote(node)} ${NODE_FLAGS} "$(dirname "$0")/launch.js" ${plugin} "$@"`;
    return `#!/bin/sh\nexec ${command}\n`;
}

function quote(text: string): string {
    return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The directory that holds `pulumi-resource-kubernetes` and `pulumi-resource-random`. */
export async function buildProviders(): Promise<string> {
    const inputs = { sources: hashOfSources(), node: process.execPath, version: process.version };
    return cached({ name: "providers", inputs, build });
}

async function build(directory: string): Promise<void> {
    // Loaded here only: most starts find the bundles in the cache.
    const esbuild = await import("esbuild");
    const options = {
        bundle: true,
        minify: true,
        platform: "node",
        target: "node20",
        legalComments: "none",
        logLevel: "warning",
    } as const;
    await esbuild.build({
        ...options,
        entryPoints: Object.fromEntries(
            PLUGINS.map((plugin) => [plugin, join(SOURCES, plugin, "main.ts")]),
        ),
        outdir: directory,
    });
    await esbuild.build({
        ...options,
        entryPoints: [join(SOURCES, "plugin", "launch.ts")],
        outdir: directory,
    });
    for (const plugin of PLUGINS) {
        const executable = join(directory, `pulumi-resource-${plugin}`);
        await writeFile(executable, launcher(plugin, process.execPath));
        await chmod(executable, 0o755);
        // A first run leaves V8's compiled code behind for all later ones, which must have the same flags.
        await promisify(execFile)(executable, [WARM_UP]);
    }
}
