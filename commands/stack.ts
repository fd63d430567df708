import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Engine } from "../sandbox/engine";
import { EngineProcess, engineWords } from "./engineProcess";
import { mistypedSetting } from "./mistyped";
import { preloadImports } from "./preload";
import type { InlineProgram } from "./program";
import { loadProgram } from "./program";
import { recoverState } from "./recover";
import { UserError } from "./userError";

export interface StackOptions {
    readonly stackName: string;
    /** Where index.ts is. */
    readonly projectDirectory: string;
    /** Where Pulumi.yaml and Pulumi.<stack>.yaml are. @default projectDirectory */
    readonly workDirectory?: string;
    readonly engine: Engine;
    readonly kubeconfigPath?: string;
    /** Folder for the stack's state. The backend of `pulumi login` when absent. */
    readonly backendDirectory?: string;
    /** The user's own PULUMI_CONFIG_PASSPHRASE when absent. */
    readonly passphrase?: string;
    /** The command that removes the stack's lock, for errors. @default npm run cancel */
    readonly cancelLine?: string;
}

export interface RunOptions {
    readonly onEvent?: (event: EngineEvent) => void;
    /** Told about repairs that came before the run itself. */
    readonly onNote?: (text: string) => void;
}

export interface UpOptions extends RunOptions {
    /** URNs of resources that are made anew although nothing of them has changed. */
    readonly replace?: readonly string[];
}

/** A stack, ready to be worked on by the engine. */
export interface OpenedStack {
    readonly automation: Stack;
    readonly program: InlineProgram;
    /** Asks the engine to stop; a second call makes it stop at once. */
    interrupt(): void;
    /**
     * Previews first, so that what a preview refuses changes nothing. Also mends what a killed run
     * left behind: its lock and its half-recorded creations.
     */
    up(run?: UpOptions): Promise<OutputMap>;
    preview(run?: RunOptions): Promise<void>;
    refresh(run?: RunOptions): Promise<void>;
    /** Previews first, like `up`. */
    destroy(run?: RunOptions): Promise<void>;
}

export async function openStack(options: StackOptions): Promise<OpenedStack> {
    void preloadImports(options.projectDirectory);
    const engineProcess = await EngineProcess.find(options.engine);
    const program = loadProgram(options.projectDirectory);
    const workspace = await LocalWorkspace.create({
        workDir: options.workDirectory ?? options.projectDirectory,
        program,
        pulumiCommand: engineProcess,
        envVars: environmentOf(options),
    });
    const { Stack } = await import("@pulumi/pulumi/automation");
    const automation = await Stack.select(options.stackName, workspace).catch((error: unknown) => {
        if (/no stack named/.test(engineWords(error))) {
            return Stack.create(options.stackName, workspace);
        }
        throw error;
    });
    const recover = (run: RunOptions) =>
        recoverState(automation, options.backendDirectory, run.onNote, options.cancelLine);
    const attempt = async <T>(act: () => Promise<T>): Promise<T> => {
        // What the last run threw says nothing of one that ends before the program is run.
        program.failure = undefined;
        try {
            return await act();
        } catch (error) {
            const { name } = await workspace.projectSettings();
            const settings = readSettings(workspace.workDir, options.stackName);
            const refusal = mistypedSetting(engineWords(error), name, settings);
            throw refusal === undefined ? error : new UserError(refusal);
        }
    };
    return {
        automation,
        program,
        interrupt: () => engineProcess.interrupt(),
        up: (run = {}) =>
            attempt(async () => {
                await recover(run);
                // The Automation API's up makes no preview of its own, and would have changed half of
                // the stack by the time the other half is refused.
                const options = { color: "never" as const, replace: [...(run.replace ?? [])] };
                await automation.preview({ ...options, onEvent: errorsOnly(run.onEvent) });
                return (await automation.up({ ...options, onEvent: run.onEvent })).outputs;
            }),
        preview: (run = {}) =>
            attempt(async () => {
                await automation.preview({ onEvent: run.onEvent, color: "never" });
            }),
        refresh: (run = {}) =>
            attempt(async () => {
                await recover(run);
                await automation.refresh({ onEvent: run.onEvent, color: "never" });
            }),
        destroy: (run = {}) =>
            attempt(async () => {
                await recover(run);
                // What is protected refuses only when its turn comes, and others may be gone by then.
                const onEvent = errorsOnly(run.onEvent);
                await automation.previewDestroy({ onEvent, color: "never" });
                await automation.destroy({ onEvent: run.onEvent, color: "never" });
            }),
    };
}

type Listener = RunOptions["onEvent"];

function errorsOnly(listener: Listener): Listener {
    return (event) => {
        if (event.diagnosticEvent?.severity === "error") {
            listener?.(event);
        }
    };
}

function environmentOf(options: StackOptions): Record<string, string> {
    const environment: Record<string, string> = { ...options.engine.environment };
    if (options.kubeconfigPath !== undefined) {
        environment["KUBECONFIG"] = options.kubeconfigPath;
    }
    if (options.backendDirectory !== undefined) {
        mkdirSync(options.backendDirectory, { recursive: true, mode: 0o700 });
        environment["PULUMI_BACKEND_URL"] = pathToFileURL(options.backendDirectory).href;
    }
    if (options.passphrase !== undefined) {
        environment["PULUMI_CONFIG_PASSPHRASE"] = options.passphrase;
    }
    return environment;
}

/**
 * Copies a project's settings to a folder of their own, so that what the engine writes there (the
 * salt of the stack's secrets) does not change the checked-in files. A salt from earlier is kept.
 */
export function copySettings(
    projectDirectory: string,
    workDirectory: string,
    stackName: string,
): void {
    mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
    const project = readFileSync(join(projectDirectory, "Pulumi.yaml"), "utf8");
    // The program runs in this process; the engine would look for the file it is in beside the copy.
    writeFileSync(join(workDirectory, "Pulumi.yaml"), project.replace(/^main:.*\n/m, ""));
    const copy = join(workDirectory, `Pulumi.${stackName}.yaml`);
    const wanted = readSettings(projectDirectory, stackName);
    const before = existsSync(copy) ? readFileSync(copy, "utf8") : "";
    writeFileSync(copy, withSaltOf(before, wanted));
}

/**
 * Settings whose salt is that of the copy as it was. They may have one of their own: the same stack's on
 * another cluster, with another passphrase. That one counts where it encrypts some of them.
 */
export function withSaltOf(before: string, wanted: string): string {
    if (/[\s{]secure:/.test(wanted)) {
        return wanted;
    }
    const salt = /^encryptionsalt:.*$/m.exec(before)?.[0];
    return (salt === undefined ? "" : `${salt}\n`) + wanted.replace(/^encryptionsalt:.*\n?/m, "");
}

/** A stack's settings as they lie on disk; empty when it has none. */
export function readSettings(projectDirectory: string, stackName: string): string {
    const file = join(projectDirectory, `Pulumi.${stackName}.yaml`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
}
