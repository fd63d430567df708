import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { startSandbox } from "../sandbox";
import { stateDirectory } from "../sandbox/build/paths";
import type { Progress } from "../sandbox/build/progress";
import type { Engine } from "../sandbox/engine";
import type { KubeconfigFile } from "./kubeconfig";
import { selectContext } from "./kubeconfig";
import { UserError } from "./userError";

/** The cluster a command works on, and where the stack's state for it is kept. */
export interface Cluster {
    readonly kubeconfigPath: string;
    readonly kubectlProgram: string;
    /** The start of a kubectl command line for this cluster. */
    readonly kubectl: string;
    readonly description: readonly string[];
    /** Folder of our own for the stack's state; the user's `pulumi login` when absent. */
    readonly stateDirectory?: string;
    /** What the NFS server exports as /export, where that is a directory of this machine. */
    readonly exportDirectory?: string;
    /** Protects the secrets in the state; the user's own when absent. */
    readonly passphrase?: string;
}

const connectTimeout = 5000;

/** Environment variables the choice depends on. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Said before anything is built for a sandbox that can't start. */
export function assertRoot(): void {
    const user = process.getuid?.();
    if (user !== 0) {
        throw new UserError(
            `The sandbox needs root (it makes a network namespace and runs containers), and this is ` +
                `user ${user ?? "unknown"}. Run it as root, or name a cluster: ` +
                `npm start -- --context NAME`,
        );
    }
}

/** @param settings of the stack it is for; they name images */
export async function sandboxCluster(
    environment: Environment,
    progress: Progress,
    settings: string,
): Promise<Cluster> {
    const sandbox = await startSandbox({ log: progress, settings });
    return {
        kubeconfigPath: sandbox.kubeconfigPath,
        kubectlProgram: join(sandbox.binDirectory, "kubectl"),
        kubectl: `${join(sandbox.binDirectory, "kubectl")} --kubeconfig ${sandbox.kubeconfigPath}`,
        description: sandbox.description,
        stateDirectory: stateDirectory(sandbox.instance),
        exportDirectory: join(sandbox.exportsDirectory, "export"),
        // Known to everyone: the state lies beside the sandbox itself, for root's eyes alone.
        passphrase: ownPassphrase(environment) ? undefined : "sandbox",
    };
}

export async function contextCluster(
    contextName: string,
    environment: Environment,
    engine: Engine,
): Promise<Cluster> {
    const selected = selectContext(readKubeconfigs(environment), contextName);
    const proxy = environment["HTTPS_PROXY"] ?? environment["https_proxy"];
    if (!selected.proxied && proxy === undefined) {
        await tryServer(contextName, selected.server);
    }
    const directory = join(
        stateDirectory("default", environment),
        "../contexts@",
        contextName.replace(/[^A-Za-z0-9_.-]/g, "_"),
    );
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const kubeconfigPath = join(directory, "kubeconfig");
    writeFileSync(kubeconfigPath, JSON.stringify(selected.kubeconfig), { mode: 0o600 });
    // A CLI that was on the machine already: its login says where the user keeps state.
    const ownBackend = engine.origin === "path";
    if (!ownBackend && !ownPassphrase(environment)) {
        throw new UserError(
            `PULUMI_CONFIG_PASSPHRASE is not set. It protects the passwords in the state of a stack ` +
                `on --context "${contextName}": choose one and set it for every run.`,
        );
    }
    return {
        kubeconfigPath,
        kubectlProgram: "kubectl",
        kubectl: `kubectl --context ${contextName}`,
        description: [`cluster   kube-context ${contextName}, ${selected.server}`],
        stateDirectory: ownBackend ? undefined : directory,
    };
}

function ownPassphrase(environment: Environment): boolean {
    return (
        environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined ||
        environment["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined
    );
}

function readKubeconfigs(environment: Environment): KubeconfigFile[] {
    const named = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
    const paths = named.length > 0 ? named : [join(homedir(), ".kube/config")];
    return paths
        .filter((path) => existsSync(path))
        .map((path) => {
            try {
                return { path, content: parse(readFileSync(path, "utf8")) as unknown };
            } catch (error) {
                const reason = error instanceof Error ? error.message : String(error);
                throw new UserError(`KUBECONFIG: ${path} can't be read as a kubeconfig: ${reason}`);
            }
        });
}

/** Fails early and clearly where the engine would wait long and say it once per resource. */
async function tryServer(contextName: string, server: string): Promise<void> {
    const url = new URL(server);
    const port = Number(url.port) || (url.protocol === "http:" ? 80 : 443);
    // An IPv6 address stands in brackets in a URL.
    const host = url.hostname.replace(/^\[|\]$/g, "");
    await new Promise<void>((resolve, reject) => {
        const socket = connect({ host, port, timeout: connectTimeout });
        const fail = (reason: string) => {
            socket.destroy();
            reject(
                new UserError(
                    `--context "${contextName}": no cluster answers at ${server} (${reason}). Start ` +
                        `it, correct the context, or leave --context out to use the sandbox. ` +
                        `Nothing was changed.`,
                ),
            );
        };
        socket.on("connect", () => {
            socket.end();
            resolve();
        });
        socket.on("timeout", () => fail(`no answer within ${connectTimeout / 1000} s`));
        socket.on("error", (error) => fail(error.message));
    });
}
