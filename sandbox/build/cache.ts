import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withLock } from "./lock";
import { cacheDirectory } from "./paths";

export interface CacheEntry {
    /** A readable name, `kubernetes-1.36.3`; the hash is appended. */
    name: string;
    /** Whatever decides the content. Equal inputs must build equal content. */
    inputs: unknown;
    /** Fills the empty directory it is given. */
    build: (directory: string) => Promise<void>;
    /** Called when another process is building the same entry. */
    onWait?: () => void;
    /** The cache to use, for tests. */
    root?: string;
}

/** The directory of an entry, whether or not it is there. */
export function entryPath(entry: Pick<CacheEntry, "name" | "inputs" | "root">): string {
    return join(entry.root ?? cacheDirectory(), `${entry.name}-${cacheKey(entry.inputs)}`);
}

/**
 * The directory holding what `build` makes of `inputs`, built only where it isn't there yet. It
 * appears whole, by one rename, so whoever sees it may use it.
 */
export async function cached(entry: CacheEntry): Promise<string> {
    const path = entryPath(entry);
    if (existsSync(path)) {
        return path;
    }
    return withLock(
        `${path}.lock`,
        async () => {
            if (!existsSync(path)) {
                await removeUnfinished(path);
                const unfinished = `${path}.unfinished-${randomBytes(4).toString("hex")}`;
                await mkdir(unfinished, { recursive: true });
                await entry.build(unfinished);
                await rename(unfinished, path);
            }
            return path;
        },
        entry.onWait,
    );
}

/** A short hash of any JSON value; the order of an object's keys plays no part. */
export function cacheKey(inputs: unknown): string {
    return createHash("sha256").update(canonicalJson(inputs)).digest("hex").slice(0, 16);
}

function canonicalJson(value: unknown): string {
    return JSON.stringify(value, (_key, part: unknown) =>
        part !== null && typeof part === "object" && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
            : part,
    );
}

// Left by a build that failed or was killed; the lock says that nobody is at work on it now.
async function removeUnfinished(path: string): Promise<void> {
    const directory = dirname(path);
    for (const name of await readdir(directory)) {
        const candidate = join(directory, name);
        if (candidate.startsWith(`${path}.unfinished-`)) {
            await rm(candidate, { recursive: true, force: true });
        }
    }
}
