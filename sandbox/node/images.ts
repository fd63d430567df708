import { closeSync, openSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Progress } from "../build/progress";
import type { Layout } from "./layout";
import { inNode } from "./layout";
import { type NodeProcess, runInNode } from "./nodeProcess";

export interface NodeImage {
    /** As Pods name it. */
    name: string;
    /** A docker archive in the cache; its path changes with its content. */
    archive: string;
}

/** Imports what the node doesn't have yet, or has from another archive. */
export async function importImages(
    node: NodeProcess,
    layout: Layout,
    images: NodeImage[],
    progress: Progress,
): Promise<void> {
    const imported = await readImported(layout.importedImages);
    const present = new Set((await ctr(node, ["images", "ls", "-q"])).split("\n"));
    for (const { name, archive } of missingImages(images, imported, present)) {
        await progress.step(`image ${name}`, async () => {
            const descriptor = openSync(archive, "r");
            try {
                await ctr(node, ["images", "import", "-"], descriptor);
            } finally {
                closeSync(descriptor);
            }
            const now = await ctr(node, ["images", "ls", "-q"]);
            if (!now.split("\n").includes(name)) {
                throw new Error(`the archive ${basename(archive)} holds no image named ${name}`);
            }
            // The kubelet never removes a pinned image, however full the disk is.
            await ctr(node, ["images", "label", name, "io.cri-containerd.pinned=pinned"]);
            imported[name] = archive;
            await writeFile(layout.importedImages, JSON.stringify(imported, undefined, 4));
        });
    }
}

export function missingImages(
    wanted: NodeImage[],
    imported: Record<string, string>,
    present: ReadonlySet<string>,
): NodeImage[] {
    return wanted.filter(({ name, archive }) => !present.has(name) || imported[name] !== archive);
}

function ctr(node: NodeProcess, args: string[], inputDescriptor?: number): Promise<string> {
    return runInNode(node, ctrCommand(args), { inputDescriptor });
}

/** For a program on the node: containerd's client, on the images and containers of the kubelet. */
export function ctrCommand(args: string[]): string[] {
    return ["ctr", `--address=${inNode.containerdSocket}`, "--namespace=k8s.io", ...args];
}

async function readImported(path: string): Promise<Record<string, string>> {
    try {
        return JSON.parse(await readFile(path, "utf8")) as Record<string, string>;
    } catch {
        // Not there yet, or cut short by a crash: everything is imported once more.
        return {};
    }
}
