// Builds the two stand-ins for official provider plugins: one bundle each, with V8's compiled code beside it
// and a launcher that an engine finds by its name.
//
// What this project can tell is as with the official plugins; what it does not use is left out and refused by
// name: client-side apply, YAML rendering, Helm and Kustomize, lists, readiness of Ingresses; RandomPet,
// RandomShuffle and a password's bcryptHash. On purpose different: an unreachable cluster fails a preview of
// new objects already (the official plugin, v4.34, lets it pass), and a failed wait also tells the Warning
// events and the troubles of init containers.
import { execFile, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { cached } from "../build/cache";

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
const NODE_FLAGS = [
    "--no-warnings",
    "--no-opt",
    "--min-semi-space-size=16",
    "--max-semi-space-size=32",
];
const HOST = "MYSQL_NFS_PLUGIN_HOST";

// With a host it stays for as long as the engine and the host do, a connection's end being the news to the other.
export function launcher(plugin: string, node: string): string {
    const command = [quote(node), ...NODE_FLAGS, '"${0%/*}/launch.js"', plugin, '"$@"'];
    return `#!/usr/bin/env bash
if [[ -n \${${HOST}:-} ]] && exec 3<>"/dev/tcp/127.0.0.1/$${HOST}"; then
    printf '%s\\n' "${plugin} $*" >&3
    if read -r port <&3; then
        printf '%s\\n' "$port"
        while kill -0 "$PPID"; do
            read -rt 5 _ <&3 || (($? > 128)) || exit 0
        done
        exit 0
    fi
fi 2>/dev/null
exec ${command.join(" ")}
`;
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
        entryPoints: {
            plugins: join(SOURCES, "main.ts"),
            launch: join(SOURCES, "plugin", "launch.ts"),
        },
        outdir: directory,
    });
    for (const plugin of PLUGINS) {
        const executable = join(directory, `pulumi-resource-${plugin}`);
        await writeFile(executable, launcher(plugin, process.execPath));
        await chmod(executable, 0o755);
    }
    // Leaves V8's compiled code behind for all later runs, which must have the same flags.
    const warmUp = [...NODE_FLAGS, join(directory, "launch.js"), "warm-up"];
    await promisify(execFile)(process.execPath, warmUp);
}

/** A process that serves the plugins of a run of the engine. */
export interface PluginHost {
    /** To be added to the engine's environment. */
    environment: Record<string, string>;
    /** Lets it end as soon as the engine has ended. */
    release(): void;
}

/** @param directory of buildProviders */
export async function startPluginHost(
    directory: string,
    environment: NodeJS.ProcessEnv,
): Promise<PluginHost> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    // A session of its own, as the engine has: a terminal's Ctrl-C must not end it before the engine has.
    const child = fork(join(directory, "launch.js"), ["host"], {
        detached: true,
        env: environment,
        execArgv: NODE_FLAGS,
        stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("error", () => undefined);
    child.send("launchers", server, () => server.close());
    return {
        environment: { [HOST]: String(port) },
        release: () => {
            if (child.connected) child.disconnect();
        },
    };
}
