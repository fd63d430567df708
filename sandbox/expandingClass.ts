import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./build/run";
import { names } from "./images/recipes";

/** A StorageClass that the sandbox has where the settings of a stack name it; see the manifest beside this file. */
export const expandingClassName = "sandbox-expanding";

/** The manifest of what the class needs, or nothing for a stack that doesn't ask for it. */
export function expandingClass(settings: string): string {
    return names(settings, expandingClassName)
        ? readFileSync(join(__dirname, "expandingClass.yaml"), "utf8")
        : "";
}

/** Puts objects into the cluster as an administrator would. */
export async function applyManifest(
    kubectl: string,
    kubeconfig: string,
    manifest: string,
): Promise<void> {
    const apply = ["apply", "--server-side", "--force-conflicts", "--filename=-"];
    await run(kubectl, [`--kubeconfig=${kubeconfig}`, ...apply], { input: manifest });
}
