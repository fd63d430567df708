import type { OpType, PropertyDiff, StepEventMetadata } from "@pulumi/pulumi/automation";

// Values longer than this say nothing more to a reader of a preview.
const valueWidth = 100;

// Steps that are a part of another step, or no change at all.
const silentSteps: readonly OpType[] = [
    "same",
    "read",
    "read-replacement",
    "refresh",
    "create-replacement",
    "delete-replaced",
    "discard-replaced",
    "remove-pending-replace",
];

const marks: Partial<Record<OpType, string>> = {
    create: "+",
    update: "~",
    delete: "-",
    replace: "+-",
    import: "=",
    discard: "-",
};

export function isChange(operation: OpType): boolean {
    return !silentSteps.includes(operation);
}

/** "StatefulSet mysql" for the URN of any resource. */
export function describeUrn(urn: string): string {
    const [, , types = "", ...name] = urn.split("::");
    const type = types.split("$").at(-1) ?? "";
    if (type === "pulumi:pulumi:Stack") {
        return `Stack ${name.join("::")}`;
    }
    const kind = type.startsWith("pulumi:providers:")
        ? `Provider(${type.slice("pulumi:providers:".length)})`
        : (type.split(":").at(-1) ?? "");
    return `${kind} ${name.join("::")}`;
}

/** Whether the stack lets go of the object and leaves it in the cluster. */
export function isForgotten(step: StepEventMetadata): boolean {
    return step.op === "delete" && step.old?.retainOnDelete === true;
}

/** One line for a change, and one more for each property it changes. */
export function changeLines(step: StepEventMetadata): string[] {
    const mark = marks[step.op] ?? "*";
    const [word, note] = isForgotten(step)
        ? ["forget", ", which stays in the cluster"]
        : [step.op, ""];
    return [
        `  ${mark.padEnd(2)} ${word.padEnd(8)} ${describeUrn(step.urn)}${note}`,
        ...propertyLines(step).map((line) => `       ${line}`),
    ];
}

/** What an update or a replacement changes; nothing for the rest. */
export function propertyLines(step: StepEventMetadata): string[] {
    if (step.op !== "update" && step.op !== "replace") {
        return [];
    }
    const details = Object.entries(step.detailedDiff ?? {});
    if (details.length === 0) {
        return (step.diffs ?? []).map((key) => valueLine(step, key, undefined));
    }
    return details.map(([path, diff]) => valueLine(step, path, diff));
}

function valueLine(step: StepEventMetadata, path: string, diff: PropertyDiff | undefined): string {
    // Where the live object is what differs, the inputs from before may be those of now.
    const { inputs, outputs } = step.old ?? {};
    const [first, second] = diff?.inputDiff === false ? [outputs, inputs] : [inputs, outputs];
    const before = valueAt(first, path) ?? valueAt(second, path);
    const after = valueAt(step.new?.inputs, path) ?? valueAt(step.new?.outputs, path);
    const kind = String(diff?.diffKind ?? "update");
    const note = kind.endsWith("replace") ? "  [forces a replacement]" : "";
    if (kind.startsWith("add")) {
        return `+ ${path}: ${show(after)}${note}`;
    }
    return kind.startsWith("delete")
        ? `- ${path}: ${show(before)}${note}`
        : `~ ${path}: ${show(before)} => ${show(after)}${note}`;
}

function show(value: unknown): string {
    if (value === undefined) {
        return "(none)";
    }
    const text = JSON.stringify(value);
    return text.length <= valueWidth
        ? text
        : `${text.slice(0, valueWidth)}... (${text.length} characters)`;
}

/** The value under a property path as the engine writes it: `spec.ports[0].port`, `data["a.b"]`. */
export function valueAt(value: unknown, path: string): unknown {
    return propertyPath(path).reduce<unknown>(
        (current, key) =>
            typeof current === "object" && current !== null
                ? (Object.entries(current).find(([name]) => name === key)?.[1] as unknown)
                : undefined,
        value,
    );
}

function propertyPath(path: string): string[] {
    return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
        ([, quoted, index, name]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "",
    );
}

/** What a run is for: a plan, changes on the cluster, or changes in what the stack knows of it. */
export type ViewMode = "preview" | "run" | "refresh";

const words: readonly (readonly [OpType, Readonly<Record<ViewMode, string>>])[] = [
    ["create", { preview: "to create", run: "created", refresh: "found" }],
    ["update", { preview: "to update", run: "updated", refresh: "found changed" }],
    ["replace", { preview: "to replace", run: "replaced", refresh: "replaced" }],
    ["delete", { preview: "to delete", run: "deleted", refresh: "found gone" }],
    ["discard", { preview: "to forget", run: "forgotten", refresh: "forgotten" }],
    ["import", { preview: "to import", run: "imported", refresh: "imported" }],
    ["same", { preview: "unchanged", run: "unchanged", refresh: "as recorded" }],
];

/**
 * "3 created, 1 updated, 20 unchanged", and so on in the words of a preview or a refresh.
 *
 * @param forgotten how many of the deleted stay in the cluster
 */
export function summaryLine(
    changes: Readonly<Partial<Record<OpType, number>>>,
    mode: ViewMode,
    forgotten = 0,
): string {
    const counts = {
        ...changes,
        delete: (changes.delete ?? 0) - forgotten,
        discard: (changes.discard ?? 0) + forgotten,
    };
    const parts = words.flatMap(([operation, word]) => {
        const count = counts[operation] ?? 0;
        return count === 0 ? [] : [`${count} ${word[mode]}`];
    });
    return parts.length === 0 ? "no resources" : parts.join(", ");
}

/** The engine's messages carry marks for colours, and providers' may carry terminal codes. */
export function plainText(message: string): string {
    // eslint-disable-next-line no-control-regex -- a terminal's colours begin with one
    return message.replace(/<\{%[^%]*%\}>/g, "").replace(/\x1b\[[0-9;]*[A-Za-z]/g, "");
}
