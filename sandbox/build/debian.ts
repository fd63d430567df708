import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findDebianMirror, renderSource } from "./aptSources";
import { cached } from "./cache";
import type { Progress } from "./progress";
import { run } from "./run";

export interface DebianTreeOptions {
    /** For the progress line and the cache entry: `node`, `mysql`. */
    name: string;
    /** `trixie`, `sid`, ... */
    suite: string;
    /** What is wanted; dependencies follow, recommendations don't, nor do "essential" packages. */
    packages: string[];
    progress: Progress;
}

export interface DebianTree {
    /** Root of a tree that holds every package unpacked. No maintainer script has run in it. */
    root: string;
    /** The version taken of every package in it: another mirror state may give others. */
    versions: Record<string, string>;
}

// Raise when the way a tree is made changes.
const recipe = 1;

/**
 * Unpacks Debian packages and their dependencies into a cached tree. Nothing on the machine itself
 * changes: apt works on directories of its own, and only its mirror and proxy settings are taken.
 * A tree stays as it is until its cache entry is deleted, even when the mirror moves on.
 */
export async function debianTree(options: DebianTreeOptions): Promise<DebianTree> {
    const { name, suite, progress } = options;
    const packages = [...options.packages].sort();
    const entry = await progress.step(`${name}: packages of Debian ${suite}`, async (note) =>
        cached({
            name: `debian-${name}-${suite}`,
            inputs: { suite, packages, recipe, architecture: process.arch },
            onWait: () => {
                note("waiting for another process that unpacks it");
            },
            build: (output) => build(output, suite, packages, note),
        }),
    );
    const versions = JSON.parse(await readFile(join(entry, "versions.json"), "utf8")) as Record<
        string,
        string
    >;
    return { root: join(entry, "root"), versions };
}

async function build(
    output: string,
    suite: string,
    packages: string[],
    note: (text: string) => void,
): Promise<void> {
    const apt = join(output, "apt");
    const environment = await privateApt(apt, suite);
    note("reading the package list");
    await fetchFrom(suite, ["update"], environment);
    note(`downloading ${packages.length} packages and what they need`);
    await fetchFrom(suite, ["install", "--download-only", "--yes", ...packages], environment);

    const root = join(output, "root");
    await createMergedUsr(root);
    const archives = join(apt, "cache", "archives");
    const files = (await readdir(archives)).filter((file) => file.endsWith(".deb")).sort();
    for (const [index, file] of files.entries()) {
        note(`unpacking ${index + 1} of ${files.length}`);
        await unpack(join(archives, file), root);
    }
    await createAccounts(root);
    const versions = Object.fromEntries(files.map(parsePackageFile));
    await writeFile(join(output, "versions.json"), JSON.stringify(versions, undefined, 4));
    await rm(apt, { recursive: true });
    note(`${files.length} packages`);
}

async function privateApt(directory: string, suite: string): Promise<NodeJS.ProcessEnv> {
    const empty = join(directory, "empty");
    for (const path of [
        empty,
        join(directory, "state", "lists", "partial"),
        join(directory, "cache", "archives", "partial"),
    ]) {
        await mkdir(path, { recursive: true });
    }
    const mirror = findDebianMirror(await machineSources());
    if (mirror === undefined) {
        throw new Error(
            "no Debian mirror among this machine's apt sources (/etc/apt): the sandbox unpacks " +
                "Debian packages. Add one, or use a cluster of your own: npm start -- --context NAME",
        );
    }
    await writeFile(join(directory, "debian.sources"), renderSource(mirror, suite));
    await writeFile(join(directory, "status"), "");
    const configuration = join(directory, "apt.conf");
    const settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": directory,
        "Dir::Etc::parts": empty,
        "Dir::Etc::main": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": empty,
        "Dir::State": join(directory, "state"),
        "Dir::State::status": join(directory, "status"),
        "Dir::Cache": join(directory, "cache"),
        "APT::Install-Recommends": "false",
        // The account _apt can't write below a home directory.
        "APT::Sandbox::User": "root",
        "Acquire::Retries": "3",
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
    const content = [...(await machineTransport()), ...lines].join("\n");
    await writeFile(configuration, `${content}\n`);
    return { ...process.env, APT_CONFIG: configuration, DEBIAN_FRONTEND: "noninteractive" };
}

// The machine's proxies, certificates and the like, without its hooks: those change the machine.
async function machineTransport(): Promise<string[]> {
    const settings = await run("apt-config", ["dump"]);
    return settings
        .split("\n")
        .filter((line) => line.startsWith("Acquire::") && !line.includes("::IndexTargets"));
}

async function machineSources(): Promise<{ name: string; content: string }[]> {
    const directory = "/etc/apt/sources.list.d";
    const names = existsSync(directory) ? await readdir(directory) : [];
    const paths = names
        .filter((name) => /\.(list|sources)$/.test(name))
        .map((name) => join(directory, name));
    const files = ["/etc/apt/sources.list", ...paths].filter((path) => existsSync(path));
    return Promise.all(
        files.map(async (name) => ({ name, content: await readFile(name, "utf8") })),
    );
}

async function fetchFrom(
    suite: string,
    args: string[],
    environment: NodeJS.ProcessEnv,
): Promise<void> {
    try {
        await run("apt-get", ["--quiet=2", ...args], { environment });
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`Debian ${suite} gave no packages; check the machine's mirror. ${reason}`, {
            cause: error,
        });
    }
}

// Debian's directories since bookworm; not every suite has a package that brings the links.
async function createMergedUsr(root: string): Promise<void> {
    for (const name of ["bin", "sbin", "lib", "lib64"]) {
        await mkdir(join(root, "usr", name), { recursive: true });
        await symlink(`usr/${name}`, join(root, name));
    }
}

async function unpack(file: string, root: string): Promise<void> {
    // dpkg-deb --extract would put directories in place of the links above.
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
    await run("bash", ["-o", "pipefail", "-c", script, "unpack", file, root]);
}

// What base-passwd's maintainer script would do.
async function createAccounts(root: string): Promise<void> {
    for (const name of ["passwd", "group"]) {
        const master = join(root, "usr/share/base-passwd", `${name}.master`);
        const target = join(root, "etc", name);
        if (existsSync(master) && !existsSync(target)) {
            await copyFile(master, target);
        }
    }
}

/** `libacl1_2.3.2-2+b1_amd64.deb` -> name and version; apt writes a colon as %3a. */
export function parsePackageFile(file: string): [name: string, version: string] {
    const [name = "", version = ""] = file.split("_");
    return [name, decodeURIComponent(version)];
}
