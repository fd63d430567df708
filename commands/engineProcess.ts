import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { CommandError, PulumiCommand } from "@pulumi/pulumi/automation";
import type { Engine } from "../sandbox/engine";
import { startPluginHost } from "../sandbox/providers";

// Commands of the CLI that start plugins.
const pluginCommands: readonly string[] = ["preview", "up", "refresh", "destroy"];

/** What a run of the Pulumi CLI printed. */
export interface EngineOutput {
    readonly stdout: string;
    readonly stderr: string;
    readonly code: number;
    /** The signal that ended it, if one did. */
    readonly killedBy?: string;
}

/** The Pulumi CLI ended with an error. */
export class EngineError extends Error {
    override readonly name = "EngineError";
    constructor(
        readonly output: EngineOutput,
        readonly args: readonly string[],
    ) {
        const command = `pulumi ${args[0] ?? ""}`;
        super(
            output.killedBy === undefined
                ? `${command} ended with code ${output.code}: ${output.stderr.trim()}`
                : `${command} was ended by ${output.killedBy}. Run it again: it finds out first what was finished.`,
        );
    }
}

/**
 * The Pulumi CLI in a session of its own. The Automation API starts it in ours, where a terminal's
 * Ctrl-C reaches it directly; passed on by us it would count as the second one, which makes the
 * engine drop what it is doing. So it gets exactly the interrupts we send.
 */
export class EngineProcess {
    private current: number | undefined;

    private constructor(
        readonly command: string,
        readonly version: PulumiCommand["version"],
        private readonly standIns: string | undefined,
    ) {}

    static async find(engine: Engine): Promise<EngineProcess> {
        // It asks the CLI for its version in our own environment, and the CLI leaves logs in its home.
        Object.assign(process.env, { PULUMI_HOME: engine.environment["PULUMI_HOME"] });
        const found = await PulumiCommand.get({ root: engine.pulumiDirectory });
        return new EngineProcess(found.command, found.version, engine.standIns);
    }

    /** One call asks the engine to finish what is under way and stop; a second one to stop at once. */
    interrupt(): void {
        if (this.current !== undefined) {
            process.kill(this.current, "SIGINT");
        }
    }

    /** Called by the Automation API in place of PulumiCommand.run, with the same arguments. */
    async run(
        args: string[],
        cwd: string,
        additionalEnvironment: Record<string, string>,
        onOutput?: (text: string) => void,
        onError?: (text: string) => void,
        signal?: AbortSignal,
    ): Promise<EngineOutput> {
        const environment = { ...process.env, ...additionalEnvironment };
        const host =
            this.standIns !== undefined && pluginCommands.includes(args[0] ?? "")
                ? await startPluginHost(this.standIns, environment)
                : undefined;
        const path = additionalEnvironment["PATH"] ?? process.env["PATH"] ?? "";
        const child = spawn(this.command, [...args, "--non-interactive"], {
            cwd,
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
            env: {
                ...environment,
                ...host?.environment,
                // The plugins that came with this CLI stand beside it.
                PATH: `${dirname(this.command)}${delimiter}${path}`,
                PULUMI_AUTOMATION_API: "true",
            },
        });
        this.current = child.pid;
        const interrupt = () => this.interrupt();
        signal?.addEventListener("abort", interrupt);
        const stdout: string[] = [];
        const stderr: string[] = [];
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            stdout.push(text);
            onOutput?.(text);
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            stderr.push(text);
            onError?.(text);
        });
        try {
            const end = await new Promise<Pick<EngineOutput, "code" | "killedBy">>(
                (resolve, reject) => {
                    child.on("error", reject);
                    child.on("close", (code, signal) =>
                        resolve(
                            signal === null ? { code: code ?? 1 } : { code: 128, killedBy: signal },
                        ),
                    );
                },
            );
            const output = { stdout: stdout.join(""), stderr: stderr.join(""), ...end };
            if (output.code !== 0) {
                throw new EngineError(output, args);
            }
            return output;
        } finally {
            host?.release();
            this.current = undefined;
            signal?.removeEventListener("abort", interrupt);
        }
    }
}

/** The CLI's own words, from whichever error carries them. */
export function engineWords(error: unknown): string {
    if (error instanceof EngineError) {
        return `${error.output.stdout}\n${error.output.stderr}`;
    }
    return error instanceof CommandError ? error.message : "";
}
