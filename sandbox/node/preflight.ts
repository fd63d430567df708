import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../build/run";

const script = join(__dirname, "preflight.sh");
const otherwise = "Or use a cluster you have: npm start -- --context NAME";

/** What decides at once whether a sandbox can run here at all; needs nothing to be built. */
export function assertMachine(
    platform: string = process.platform,
    userId: number | undefined = process.getuid?.(),
): void {
    if (platform !== "linux") {
        throw new Error(`the sandbox's node needs Linux, this is ${platform}. ${otherwise}`);
    }
    if (userId !== 0) {
        throw new Error(
            `the sandbox's node needs root for namespaces and mounts: run the command by sudo. ` +
                otherwise,
        );
    }
}

/** Tries the kernel's features in throwaway namespaces. */
export async function assertKernel(state: string, tree: string): Promise<void> {
    const scratch = await mkdtemp(join(state, "preflight-"));
    try {
        const missing = await probe(scratch, tree);
        if (missing.length > 0) {
            throw new Error(
                `this machine can't run the sandbox's node; missing: ${missing.join("; ")}. ` +
                    otherwise,
            );
        }
    } finally {
        await rm(scratch, { recursive: true, force: true });
    }
}

async function probe(scratch: string, tree: string): Promise<string[]> {
    const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc", "--fork"];
    try {
        const output = await run("unshare", [...namespaces, "bash", script, scratch, tree]);
        return output.split("\n").filter((line) => line !== "");
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [`leave to make namespaces (a container needs --privileged): ${reason}`];
    }
}
