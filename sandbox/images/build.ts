import { chmod, chown, copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { debianTree } from "../build/debian";
import { buildGoTool } from "../build/goTools";
import type { Progress } from "../build/progress";
import type { Layer } from "./archive";
import { writeDockerArchive } from "./archive";
import type { DebianContent, ExtraFile, GoContent, ImageRecipe } from "./recipes";

/**
 * Builds an image in the folder, from Debian packages or Go modules. Returns the archive's name there
 * and what it was built from.
 */
export async function buildImage(
    directory: string,
    recipe: ImageRecipe,
    progress: Progress,
): Promise<{ file: string; source: string }> {
    const staging = join(directory, "staging");
    await mkdir(staging);
    await chmod(staging, 0o755);
    const { layer, source } =
        recipe.content.kind === "debian"
            ? await debianLayer(recipe.content, staging, progress)
            : await goLayer(recipe.content, staging, progress);
    const file = await progress.step(`image ${recipe.name}`, async (note) => {
        note("packing");
        const archive = await writeDockerArchive(directory, layer, recipe);
        note(`built from ${source}`);
        return archive;
    });
    await rm(staging, { recursive: true });
    return { file, source };
}

async function debianLayer(
    content: DebianContent,
    staging: string,
    progress: Progress,
): Promise<{ layer: Layer; source: string }> {
    const tree = await debianTree({ ...content.tree, progress });
    for (const file of content.files) {
        await addFile(staging, file);
    }
    const version = tree.versions[content.mainPackage] ?? "of an unknown version";
    return {
        layer: {
            sources: [{ directory: tree.root, without: content.without }, { directory: staging }],
        },
        source: `Debian ${content.tree.suite}, ${content.mainPackage} ${version}`,
    };
}

async function goLayer(
    content: GoContent,
    staging: string,
    progress: Progress,
): Promise<{ layer: Layer; source: string }> {
    const built = await buildGoTool(content.tool, progress);
    const path = join(staging, content.path);
    await makeFolder(dirname(path));
    await copyFile(join(built, content.program), path);
    await chmod(path, 0o755);
    return {
        layer: { sources: [{ directory: staging }] },
        source: "this project's Go sources",
    };
}

async function addFile(staging: string, file: ExtraFile): Promise<void> {
    const path = join(staging, file.path);
    await makeFolder(dirname(path));
    switch (file.kind) {
        case "file":
            await writeFile(path, file.content);
            await chmod(path, 0o644);
            return;
        case "link":
            await symlink(file.target, path);
            return;
        case "directory":
            await makeFolder(path);
            await chown(path, file.owner, file.owner);
            await chmod(path, file.mode);
            return;
    }
}

// Whatever the umask: folders of an image are for all to read.
async function makeFolder(path: string): Promise<void> {
    const first = await mkdir(path, { recursive: true });
    for (let made = path; first !== undefined && made.startsWith(first); made = dirname(made)) {
        await chmod(made, 0o755);
    }
}
