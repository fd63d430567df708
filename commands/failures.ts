import type { EngineFault } from "./engineView";
import { plainText } from "./changes";
import { lostEngine } from "./inlineRuns";
import { UserError } from "./userError";

export interface Failure {
    readonly stackName: string;
    /** What the program itself threw, before the engine wrapped it. */
    readonly programFailure: Error | undefined;
    readonly faults: readonly EngineFault[];
    /** All that the CLI printed. */
    readonly engineWords: string;
    readonly error: unknown;
    /** The command that removes the stack's lock. @default npm run cancel */
    readonly cancelLine?: string;
}

/** The command that removes the lock of the project's own stack. */
export const defaultCancelLine = "npm run cancel";

// The engine's closing words after an error that was reported already.
const closingWords =
    /^(update|preview|refresh|destroy) (failed|canceled)$|^resource registration failed$|^One or more errors occurred|^failed to load language plugin/;

/** One message for whatever ended a run, with the remedy where it is known. */
export function failureMessage(failure: Failure): string {
    const words = plainText(failure.engineWords);
    if (/incorrect passphrase/.test(words)) {
        return (
            `PULUMI_CONFIG_PASSPHRASE is not the passphrase of stack "${failure.stackName}". ` +
            `Set it (or PULUMI_CONFIG_PASSPHRASE_FILE) to the one the stack was made with` +
            `${failure.stackName === "sandbox" ? ", or unset it for the sandbox's own" : ""}. ` +
            `Nothing was changed.`
        );
    }
    if (/passphrase must be set/.test(words)) {
        return (
            `PULUMI_CONFIG_PASSPHRASE is not set, and stack "${failure.stackName}" keeps its ` +
            `secrets under a passphrase. Set it, or PULUMI_CONFIG_PASSPHRASE_FILE. Nothing was changed.`
        );
    }
    if (/currently locked by|Another update is currently in progress/.test(words)) {
        return (
            `Stack "${failure.stackName}" is being changed by another run. Wait for its end; if no ` +
            `run is there any more, remove its lock: ${failure.cancelLine ?? defaultCancelLine}`
        );
    }
    if (failure.programFailure !== undefined) {
        return failure.programFailure.message;
    }
    const protectedOnes = failure.faults.filter(({ message }) => isProtection(message));
    if (protectedOnes.length > 0) {
        return protectionMessage(failure.stackName, protectedOnes);
    }
    const messages = failure.faults
        .map((fault) => ({ ...fault, message: withoutFrame(withoutStack(fault.message)) }))
        .filter((fault) => !closingWords.test(fault.message))
        .map(({ resource, message }) => (resource === "" ? message : `${resource}: ${message}`));
    // An engine that has failed is lost to the program too.
    const causes = messages.filter((message) => !message.includes(lostEngine));
    if (messages.length > 0) {
        return [...new Set(causes.length > 0 ? causes : messages)].join("\n");
    }
    if (failure.error instanceof UserError) {
        return failure.error.message;
    }
    return engineErrors(words) ?? (failure.error instanceof Error ? failure.error.message : words);
}

function engineErrors(words: string): string | undefined {
    const lines = words
        .split("\n")
        .filter((line) => line.startsWith("error: "))
        .map((line) => line.slice("error: ".length));
    const said = lines.filter((line) => !closingWords.test(line));
    return said.length === 0 ? undefined : [...new Set(said)].join("\n");
}

/** An error's message without its stack; a bug of ours, such as a TypeError, keeps it. */
function withoutStack(message: string): string {
    const thrown = /^Unhandled exception: Error: ([^]*)$/.exec(message)?.[1];
    return thrown === undefined ? message : thrown.replace(/\n {4}at [^]*$/, "");
}

// The engine's words before a deletion and before a replacement.
function isProtection(message: string): boolean {
    return /because it is protected|as it is currently marked for protection/.test(message);
}

function protectionMessage(stackName: string, faults: readonly EngineFault[]): string {
    const names = [...new Set(faults.map(({ resource }) => resource))].sort().join(", ");
    return (
        `${names}: protected from being deleted, since data hangs on it. Nothing was changed. To ` +
        `delete it all the same, set protect to false (in Pulumi.${stackName}.yaml, or by pulumi ` +
        `config set protect false), bring the stack up, and run this again.`
    );
}

// Refusals of the API server and of providers that leave open what to do.
const remedies: readonly (readonly [RegExp, string])[] = [
    [/^resource '.*' does not exist$/, "Create it, or correct the setting that names it"],
    [
        /only dynamically provisioned pvc can be resized/,
        "The claim is from before and its StorageClass doesn't let volumes grow: set storageSize to the size that it has",
    ],
    [
        /field can not be less than (previous value|status\.capacity)/,
        "The claim is larger, and a volume can't shrink: set storageSize to the size that it has",
    ],
    [
        /spec is immutable after creation except resources/,
        "The claim is from before: set the StorageClass and the access mode to those that it has, or delete it if its data may go",
    ],
];

/** Without what the engine puts before a provider's or a hook's own words, and with what to do. */
function withoutFrame(message: string): string {
    const own = message
        .replace(/^Preview failed: /, "")
        .replace(/^before hook "[^"]*" failed: /, "");
    const remedy = remedies.find(([pattern]) => pattern.test(own))?.[1];
    return remedy === undefined ? own : `${own}. ${remedy}`;
}
