import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createProgress, type Progress } from "./build/progress";
import { withLock } from "./build/lock";
import { applyManifest, expandingClass } from "./expandingClass";
import { images, type SandboxImage } from "./images";
import { writeKubeconfig } from "./node/certificates";
import { importImages } from "./node/images";
import { layoutOf } from "./node/layout";
import { ensureNode, stopNode, waitUntilReady } from "./node/node";
import { findNode, runInNode } from "./node/nodeProcess";
import { nodeSpec } from "./node/nodeSpec";
import { assertMachine } from "./node/preflight";
import { describeStatus, readStatus } from "./node/status";
import { prepareSoftware } from "./node/software";

export const contextName = "mysql-nfs-sandbox";

/** A running one-node Kubernetes of this project's own. */
export interface Sandbox {
    instance: string;
    kubeconfigPath: string;
    contextName: typeof contextName;
    /** Holds kubectl and the other Kubernetes programs. */
    binDirectory: string;
    /** The machine's directory that holds what the NFS server exports: `export` and `export2`. */
    exportsDirectory: string;
    /** What it is made of, in lines for the user. */
    description: string[];
}

export interface SandboxOptions {
    /** Several sandboxes run side by side under different names. */
    instance?: string;
    log?: Progress;
    /** Images to import into the node. @default those of `sandbox/images` that its stack needs */
    images?: SandboxImage[];
    /**
     * Text of the settings of the stack it is for: the images, and the StorageClass, that they name are had besides
     * what every sandbox has.
     */
    settings?: string;
}

/** The name that the environment asks for. */
export function defaultInstance(): string {
    return process.env.MYSQL_NFS_SANDBOX || "default";
}

/**
 * Brings the sandbox up, or finds it up. Whatever was killed, in whatever state it was left, comes
 * back with the data it had.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
    const { instance = defaultInstance(), log = createProgress(), settings = "" } = options;
    assertMachine();
    const node = nodeSpec(instance);
    const layout = layoutOf(instance);
    const manifest = expandingClass(settings);
    const software = await prepareSoftware(log);
    const wanted = options.images ?? (await images(log, `${settings}\n${manifest}`));
    await withLock(layout.lock, async () => {
        const running = await ensureNode(node, layout, software, log);
        await writeKubeconfig(node, layout.keys, layout.kubeconfig, contextName);
        await log.step("wait until the cluster is ready", (note) =>
            waitUntilReady(layout, running, note),
        );
        await importImages(running, layout, wanted, log);
        if (manifest !== "") {
            await log.step("a StorageClass whose volumes can grow", () =>
                applyManifest(join(software.kubernetes, "kubectl"), layout.kubeconfig, manifest),
            );
        }
    });
    return {
        instance,
        kubeconfigPath: layout.kubeconfig,
        contextName,
        binDirectory: software.kubernetes,
        exportsDirectory: layout.exports,
        description: [...software.description, ...wanted.map(({ description }) => description)],
    };
}

/** Leaves nothing on the machine but the folder with the sandbox's data; `wipe` removes that too. */
export async function stopSandbox(
    options: { instance?: string; wipe?: boolean } = {},
): Promise<void> {
    const { instance = defaultInstance(), wipe = false } = options;
    assertMachine();
    const node = nodeSpec(instance);
    const layout = layoutOf(instance);
    await withLock(layout.lock, async () => {
        await stopNode(node, layout);
        if (wipe) {
            await rm(layout.state, { recursive: true, force: true });
        }
    });
}

/**
 * Runs a command on the sandbox's node, as an administrator logged in there would: `kill` for one
 * that should see every container's processes, `nft` to cut a cable, `ctr`, `mount`.
 */
export async function runOnNode(
    command: string[],
    instance: string = defaultInstance(),
): Promise<string> {
    const running = await findNode(layoutOf(instance).state);
    if (running === undefined) {
        throw new Error(`the sandbox "${instance}" is not running: start it by npm start`);
    }
    return runInNode(running, command);
}

/** Whether a sandbox runs, and how each of its parts does, in lines for the user. */
export async function sandboxStatus(
    instance: string = defaultInstance(),
): Promise<{ isRunning: boolean; lines: string[] }> {
    const layout = layoutOf(instance);
    const running = await findNode(layout.state);
    if (running === undefined) {
        return { isRunning: false, lines: [`the sandbox "${instance}" is not running`] };
    }
    const status = await readStatus(layout.status);
    return {
        isRunning: true,
        lines: [
            `the sandbox "${instance}" is running, its node is process ${running.pid}`,
            ...describeStatus(status),
            `kubeconfig ${layout.kubeconfig}, logs ${layout.logs}`,
            `a shell in the node: nsenter --all --target ${running.pid}`,
        ],
    };
}
