import { join, relative } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation";
import type { Progress } from "../sandbox/build/progress";
import { createProgress, formatElapsed, standardError } from "../sandbox/build/progress";
import { resolveEngine } from "../sandbox/engine";
import type { CommandArguments } from "./arguments";
import type { ViewMode } from "./changes";
import { commandLine, parseArguments, usage } from "./arguments";
import type { Cluster } from "./cluster";
import { assertRoot, contextCluster, sandboxCluster } from "./cluster";
import { EngineError, engineWords } from "./engineProcess";
import type { EngineFault } from "./engineView";
import { EngineView } from "./engineView";
import { failureMessage } from "./failures";
import { prepareNfsServer } from "./nfsServer";
import type { OpenedStack } from "./stack";
import { copySettings, openStack, readSettings } from "./stack";
import { describeError, isBug, UserError } from "./userError";

const repository = join(__dirname, "..");

/** What every command does with the stack it was given. */
export interface Command {
    readonly name: string;
    /** @default "run" */
    readonly mode?: ViewMode;
    readonly title: (stackName: string) => string;
    readonly act: (
        stack: OpenedStack,
        view: EngineView,
        note: (text: string) => void,
    ) => Promise<OutputMap | undefined>;
    /** Where the Pulumi program is. @default this repository */
    readonly projectDirectory?: string;
    /** The command that removes what this one brings up. @default npm run destroy */
    readonly removalLine?: string;
    /** The command that removes the stack's lock. @default npm run cancel */
    readonly cancelLine?: string;
    readonly closing?: (outputs: OutputMap, cluster: Cluster, words: CommandArguments) => string[];
}

/**
 * Runs a command for the words on its command line, and sets the exit code.
 * @param command with what its help says
 */
export function runCommand(command: Command & { readonly purpose: string }): Promise<void> {
    return reportErrors(async () => {
        const words = parseArguments(command.name, process.argv.slice(2), process.env);
        if (words.help) {
            console.log(usage(command.name, command.purpose));
        } else {
            await execute(command, words);
        }
    });
}

/** Does what a program is there for, and ends with one clear error and code 1 where that fails. */
export async function reportErrors(act: () => Promise<void>): Promise<void> {
    outliveReaders();
    try {
        await act();
    } catch (error) {
        console.error(`\nerror: ${describeError(error)}`);
        process.exitCode = 1;
    }
}

export function execute(command: Command, words: CommandArguments): Promise<void> {
    return work(command, words).catch((error: unknown) => {
        throw error instanceof EngineError ? inWords(error, command, words.stackName) : error;
    });
}

async function work(command: Command, words: CommandArguments): Promise<void> {
    const start = Date.now();
    const progress = createProgress();
    const { cluster, stack, description } = await prepare(command, words, progress);
    description.forEach((line) => console.log(line));
    console.log(`\n${command.title(words.stackName)}`);
    const view = new EngineView(command.mode ?? "run", console.log, standardError());
    const stopListening = cancelOnSignals(stack, command);
    try {
        const outputs = await command.act(stack, view, console.log);
        console.log(`\n${view.close()}  (${formatElapsed(Date.now() - start)})`);
        command.closing?.(outputs ?? {}, cluster, words).forEach((line) => console.log(line));
    } catch (error) {
        const done = view.close();
        if (Object.keys(view.changes).some((operation) => operation !== "same")) {
            console.log(`\nBefore it ended: ${done}  (${formatElapsed(Date.now() - start)})`);
        }
        if (stopListening()) {
            throw new UserError(await interruptedMessage(stack, command));
        }
        throw isBug(error)
            ? error
            : inWords(error, command, words.stackName, stack.program.failure, view.faults);
    } finally {
        stopListening();
    }
}

function inWords(
    error: unknown,
    { cancelLine }: Command,
    stackName: string,
    programFailure?: Error,
    faults: readonly EngineFault[] = [],
): UserError {
    const words = engineWords(error);
    return new UserError(
        failureMessage({
            stackName,
            programFailure,
            faults,
            engineWords: words,
            error,
            cancelLine,
        }),
    );
}

interface Prepared {
    readonly cluster: Cluster;
    readonly stack: OpenedStack;
    readonly description: readonly string[];
}

/** Brings up what a command needs before it can act: the engine, the cluster and the stack. */
export async function prepare(
    { projectDirectory = repository, cancelLine }: Pick<Command, "projectDirectory" | "cancelLine">,
    words: CommandArguments,
    progress: Progress,
): Promise<Prepared> {
    if (words.context === undefined) {
        assertRoot();
    }
    const engine = await resolveEngine({ progress });
    const cluster =
        words.context === undefined
            ? await sandboxCluster(
                  process.env,
                  progress,
                  readSettings(projectDirectory, words.stackName),
              )
            : await contextCluster(words.context, process.env, engine);
    prepareNfsServer(projectDirectory, cluster);
    const own = cluster.stateDirectory;
    const workDirectory =
        own === undefined
            ? projectDirectory
            : join(own, "project", relative(repository, projectDirectory));
    if (own !== undefined) {
        copySettings(projectDirectory, workDirectory, words.stackName);
    }
    const stack = await openStack({
        stackName: words.stackName,
        projectDirectory,
        workDirectory,
        engine,
        kubeconfigPath: cluster.kubeconfigPath,
        backendDirectory: own === undefined ? undefined : join(own, "backend"),
        passphrase: cluster.passphrase,
        cancelLine,
    });
    return { cluster, stack, description: [...engine.description, ...cluster.description] };
}

/**
 * When nobody reads what is printed any more (a closed terminal, `| head`), the run goes on to its end in silence.
 * Unhandled, the failed write would be an exception that the Automation API reports by another write, for ever.
 */
function outliveReaders(): void {
    for (const stream of [process.stdout, process.stderr]) {
        stream.on("error", () => undefined);
    }
}

/** The returned function stops listening and says whether a signal came. */
function cancelOnSignals(stack: OpenedStack, command: Command): () => boolean {
    let count = 0;
    const interrupt = () => {
        count++;
        console.error(
            count === 1
                ? `\nStopping: what is under way is finished first. Ctrl-C again stops at once.`
                : `\nStopping at once. ${commandLine(command.name)} finds out what was finished.`,
        );
        stack.interrupt();
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    signals.forEach((signal) => process.on(signal, interrupt));
    return () => {
        signals.forEach((signal) => process.off(signal, interrupt));
        return count > 0;
    };
}

async function interruptedMessage(stack: OpenedStack, command: Command): Promise<string> {
    const exported = await stack.automation.exportStack();
    const deployment = exported.deployment as {
        resources?: unknown[];
        pending_operations?: unknown[];
    };
    const pending = deployment.pending_operations?.length ?? 0;
    return (
        `Stopped by you. ${deployment.resources?.length ?? 0} resources stand as the stack records ` +
        `them${pending > 0 ? `, ${pending} operations were cut off` : ""}; nothing was undone. ` +
        `${commandLine(command.name)} goes on from here; ` +
        `${command.removalLine ?? "npm run destroy"} removes what is there.`
    );
}
