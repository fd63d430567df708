import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../build/run";

/** One layer as `tar` is to pack it: the content of several folders, one over the other. */
export interface Layer {
    sources: { directory: string; without?: string[] }[];
}

export interface ImageSettings {
    name: string;
    environment?: Record<string, string>;
    entrypoint?: string[];
    command?: string[];
}

/** What Go calls the processor, and with it the image formats. */
export function goArchitecture(architecture: string = process.arch): string {
    return architecture === "x64" ? "amd64" : architecture;
}

/**
 * Packs a one-layer image as `docker save` would, to be read by `ctr images import`. Nothing in it
 * depends on the time or on the order of a folder: equal content gives equal bytes. Returns the file.
 */
export async function writeDockerArchive(
    directory: string,
    layer: Layer,
    settings: ImageSettings,
): Promise<string> {
    const layerFile = "layer.tar";
    await packTar(join(directory, layerFile), layer.sources);
    const configuration = JSON.stringify(
        imageConfiguration(settings, await digestOf(join(directory, layerFile))),
    );
    const configurationFile = `${createHash("sha256").update(configuration).digest("hex")}.json`;
    await writeFile(join(directory, configurationFile), configuration);
    const manifest = [
        { Config: configurationFile, RepoTags: [settings.name], Layers: [layerFile] },
    ];
    await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest));
    return packArchive(directory, [configurationFile, layerFile, "manifest.json"]);
}

/** Moves files of a folder into one tar file there, which is named by its content. */
export async function packArchive(directory: string, names: string[]): Promise<string> {
    const draft = join(directory, "archive.tar");
    await run("tar", [...reproducible, "-C", directory, "-cf", draft, ...[...names].sort()]);
    await Promise.all(names.map((name) => rm(join(directory, name), { recursive: true })));
    const file = `archive-${(await digestOf(draft)).slice(0, 12)}.tar`;
    await rename(draft, join(directory, file));
    return file;
}

// GNU format has no room for access times, which differ from run to run.
const reproducible = ["--format=gnu", "--sort=name", "--mtime=@0", "--numeric-owner"];

async function packTar(file: string, sources: Layer["sources"]): Promise<void> {
    const matching = ["--anchored", "--wildcards", "--no-wildcards-match-slash"];
    for (const [index, { directory, without = [] }] of sources.entries()) {
        // Exclusions hold for a whole run of tar, so each folder has a run of its own.
        const excluded = without.map((pattern) => `--exclude=${pattern}`);
        const mode = index === 0 ? "-cf" : "-rf";
        await run("tar", [
            ...reproducible,
            ...matching,
            ...excluded,
            "-C",
            directory,
            mode,
            file,
            ".",
        ]);
    }
}

export function imageConfiguration(settings: ImageSettings, layerDigest: string): object {
    const environment = Object.entries(settings.environment ?? {});
    return {
        architecture: goArchitecture(),
        os: "linux",
        created: new Date(0).toISOString(),
        config: {
            Env: environment.map(([key, value]) => `${key}=${value}`),
            ...(settings.entrypoint === undefined ? {} : { Entrypoint: settings.entrypoint }),
            ...(settings.command === undefined ? {} : { Cmd: settings.command }),
        },
        rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
    };
}

async function digestOf(file: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return hash.digest("hex");
}
