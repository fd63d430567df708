import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problem";
import { describeProblem } from "./problem";

/**
 * Some fields of Kubernetes objects can't change once data hangs on them: a claim's class, a StorageClass's
 * parameters. Left alone, the provider would replace the object, Pods and all. So such an object
 * - carries what its owner declared in an annotation, which may change,
 * - has the fields themselves under `ignoreChanges`, so nothing ever replaces the object,
 * - and has a hook that compares the annotation before an update and refuses, at preview already.
 * What it once declared is read from Pulumi's state, so an object that was never made refuses nothing.
 */
export const declaredAnnotation = "mysqlnfs/declared";

/** Flat: name of the field as in the component's arguments -> value. */
export type Declared = Readonly<Record<string, string>>;

export interface DeclaredChange {
    field: string;
    /** Undefined when the field is new, or gone. */
    from: string | undefined;
    to: string | undefined;
}

/**
 * Says what to do instead of the change, or undefined when it may pass. Beside the change it is told all that are
 * asked for, and everything as it would be after them.
 */
export type Judge = (
    change: DeclaredChange,
    all: readonly DeclaredChange[],
    after: Declared,
) => string | undefined;

/** Names a field in an error; whoever knows a better word than the argument's name passes one. */
export type NameOf = (field: string) => string;

export function declaredChanges(before: Declared, after: Declared): DeclaredChange[] {
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return fields
        .map((field) => ({ field, from: before[field], to: after[field] }))
        .filter((change) => change.from !== change.to);
}

/** What is wrong with going from one declaration to the other. */
export function refusedChanges(before: Declared, after: Declared, judge: Judge): Problem[] {
    return declaredChanges(before, after).flatMap((change, _index, all) => {
        const remedy = judge(change, all, after);
        const from = change.from === undefined ? "not set" : JSON.stringify(change.from);
        return remedy === undefined
            ? []
            : [{ field: change.field, value: change.to, message: `it is ${from} now; ${remedy}` }];
    });
}

/**
 * A hook to bind to `beforeUpdate` of an object with the annotation, or of a component with the input.
 *
 * @param name unique within the stack
 */
export function refuseChanges(
    name: string,
    judge: Judge,
    nameOf: NameOf = (field) => field,
): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        name,
        ({ oldInputs, newInputs }) => {
            const before = readDeclared(oldInputs);
            const after = readDeclared(newInputs);
            const problems = before && after ? refusedChanges(before, after, judge) : [];
            if (problems.length > 0) {
                throw new Error(
                    problems.map((problem) => describeProblem(problem, nameOf)).join("\n"),
                );
            }
        },
        { onDryRun: true },
    );
}

/** A component's options with one more hook before its updates. */
export function withGuard(
    opts: pulumi.ComponentResourceOptions | undefined,
    guard: pulumi.ResourceHook,
): pulumi.ComponentResourceOptions {
    const beforeUpdate = [...(opts?.hooks?.beforeUpdate ?? []), guard];
    return { ...opts, hooks: { ...opts?.hooks, beforeUpdate } };
}

/**
 * The declaration in the inputs of an object, or of a component, which has it as the input `declared`;
 * undefined where there is none or it isn't known yet.
 */
export function readDeclared(inputs: unknown): Declared | undefined {
    const annotations = field(field(inputs, "metadata"), "annotations");
    const text = field(annotations, declaredAnnotation) ?? field(inputs, "declared");
    const parsed: unknown = typeof text === "string" ? parse(text) : undefined;
    if (!isRecord(parsed)) {
        return undefined;
    }
    const isText = (entry: [string, unknown]): entry is [string, string] =>
        typeof entry[1] === "string";
    return Object.fromEntries(Object.entries(parsed).filter(isText));
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function field(value: unknown, key: string): unknown {
    return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
