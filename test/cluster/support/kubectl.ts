import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox";

/** The parts of Kubernetes objects that the tests look at. */
export interface KubeObject {
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly uid: string;
        readonly resourceVersion: string;
        readonly deletionTimestamp?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec: Readonly<Record<string, never>>;
    readonly status?: Readonly<Record<string, never>>;
    readonly data?: Readonly<Record<string, string>>;
}

/** What a command printed and how it ended. */
export interface CommandResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** kubectl on the test cluster. */
export class Kubectl {
    readonly program: string;

    constructor(private readonly sandbox: Pick<Sandbox, "binDirectory" | "kubeconfigPath">) {
        this.program = join(sandbox.binDirectory, "kubectl");
    }

    /** The command line of a run that somebody else makes. */
    arguments(...args: readonly string[]): string[] {
        return ["--kubeconfig", this.sandbox.kubeconfigPath, ...args];
    }

    /** Never throws; for what may fail. */
    try(args: readonly string[], input = ""): Promise<CommandResult> {
        return runCommand(this.program, this.arguments(...args), input);
    }

    async run(args: readonly string[], input = ""): Promise<string> {
        const result = await this.try(args, input);
        if (result.code !== 0) {
            throw new Error(`kubectl ${args.slice(0, 6).join(" ")}: ${result.stderr.trim()}`);
        }
        return result.stdout;
    }

    /** Undefined when the object is not there. */
    async get(kind: string, name: string, namespace?: string): Promise<KubeObject | undefined> {
        const where = namespace === undefined ? [] : ["-n", namespace];
        const args = ["get", kind, name, ...where, "--ignore-not-found", "-o", "json"];
        const text = await this.run(args);
        return text === "" ? undefined : (JSON.parse(text) as KubeObject);
    }

    async list(kinds: string, ...options: string[]): Promise<readonly KubeObject[]> {
        const text = await this.run(["get", kinds, ...options, "-o", "json"]);
        return (JSON.parse(text) as { items: KubeObject[] }).items;
    }
}

export function runCommand(
    program: string,
    args: readonly string[],
    input = "",
    options: { cwd?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { cwd: options.cwd, env: options.environment });
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        child.stdout.on("data", (part: Buffer) => stdout.push(part));
        child.stderr.on("data", (part: Buffer) => stderr.push(part));
        child.stdin.on("error", () => undefined); // it ended without reading its input
        child.stdin.end(input);
        child.on("error", reject);
        child.on("close", (code) =>
            resolve({
                code: code ?? -1,
                stdout: Buffer.concat(stdout).toString(),
                stderr: Buffer.concat(stderr).toString(),
            }),
        );
    });
}
