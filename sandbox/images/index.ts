import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CacheEntry } from "../build/cache";
import { cached, entryPath } from "../build/cache";
import { sourceHashes } from "../build/goTools";
import type { Progress } from "../build/progress";
import { goArchitecture } from "./archive";
import { buildImage } from "./build";
import type { ImageRecipe } from "./recipes";
import { recipesFor } from "./recipes";
import { parseReference, pullImage } from "./registry";

export interface SandboxImage {
    /** As Pods name it. */
    name: string;
    /** For `ctr images import`; the path changes with the content. */
    archive: string;
    origin: "pulled" | "built";
    /** For the user: where it is from, and which versions. */
    description: string;
}

/** What a cache entry says of the image in it. */
interface ImageRecord {
    file: string;
    source: string;
}

const recordFile = "image.json";

// Raise when the way an image is made changes.
const way = 2;

/**
 * The images of a sandbox, pulled where a registry answers, else built: those that every sandbox has,
 * and those that the settings of a stack name.
 */
export async function images(progress: Progress, settings = ""): Promise<SandboxImage[]> {
    const silentHosts = new Set<string>();
    const found: SandboxImage[] = [];
    for (const recipe of recipesFor(settings)) {
        found.push(await obtainImage(recipe, progress, silentHosts));
    }
    return found;
}

/**
 * An image that was once had is kept, pulled or built, until its cache entry is deleted: what one
 * version of a server has written may be unreadable to an older one, so it must not change unasked.
 */
async function obtainImage(
    recipe: ImageRecipe,
    progress: Progress,
    silentHosts: Set<string>,
): Promise<SandboxImage> {
    const built = await builtEntry(recipe, progress);
    const { official } = recipe;
    if (official !== undefined) {
        const pulled = pulledEntry(recipe, official);
        if (existsSync(entryPath(pulled))) {
            return readImage(recipe, "pulled", entryPath(pulled));
        }
        const { host } = parseReference(official);
        if (!existsSync(entryPath(built)) && !silentHosts.has(host)) {
            if (await pull(recipe.name, official, pulled, progress)) {
                return readImage(recipe, "pulled", entryPath(pulled));
            }
            silentHosts.add(host);
        }
    }
    return readImage(recipe, "built", await cached(built));
}

/** Whatever is wrong with a registry or the way to it is no error: the image can be built. */
function pull(
    name: string,
    official: string,
    entry: Omit<CacheEntry, "build">,
    progress: Progress,
): Promise<boolean> {
    return progress.step(`image ${official}`, async (note) => {
        const build = async (directory: string) => {
            const reference = parseReference(official);
            const file = await pullImage(directory, { name, reference, note }).catch(
                async (error: unknown) => {
                    await rm(directory, { recursive: true });
                    throw error;
                },
            );
            await writeRecord(directory, { file, source: official });
        };
        try {
            await cached({ ...entry, build });
            note("pulled");
            return true;
        } catch {
            note("no registry answers here, so it is built");
            return false;
        }
    });
}

function pulledEntry(recipe: ImageRecipe, official: string): Omit<CacheEntry, "build"> {
    const { name } = recipe;
    return {
        name: `image-${shortName(recipe)}-pulled`,
        inputs: { name, official, architecture: goArchitecture() },
    };
}

async function builtEntry(recipe: ImageRecipe, progress: Progress): Promise<CacheEntry> {
    return {
        name: `image-${shortName(recipe)}-built`,
        inputs: { ...(await buildInputs(recipe)), architecture: goArchitecture(), way },
        build: async (directory) => {
            await writeRecord(directory, await buildImage(directory, recipe, progress));
        },
    };
}

async function buildInputs(recipe: ImageRecipe): Promise<object> {
    if (recipe.content.kind === "debian") {
        return recipe;
    }
    // Where the repository lies on this machine plays no part.
    const { tool, ...content } = recipe.content;
    return { ...recipe, content, sources: await sourceHashes(tool.directory) };
}

function shortName(recipe: ImageRecipe): string {
    return recipe.name.replace(/^.*\//, "").replace(":", "-");
}

async function writeRecord(directory: string, record: ImageRecord): Promise<void> {
    await writeFile(join(directory, recordFile), JSON.stringify(record, undefined, 4));
}

async function readImage(
    recipe: ImageRecipe,
    origin: SandboxImage["origin"],
    directory: string,
): Promise<SandboxImage> {
    const text = await readFile(join(directory, recordFile), "utf8");
    const { file, source } = JSON.parse(text) as ImageRecord;
    return {
        name: recipe.name,
        archive: join(directory, file),
        origin,
        description: `image ${recipe.name}: ${origin} from ${source}`,
    };
}
