// What changes between the object as it was last seen and the inputs that are wanted now, field by field.
import { isObject, type Json, type JsonObject } from "../plugin/json";
import type { DiffKind, PropertyDiff } from "../plugin/provider";
import { isUnknown } from "../plugin/values";
import { triggersReplace, type Path } from "./replaceRules";

export type DetailedDiff = Record<string, PropertyDiff>;

/** Pulumi's notation: `spec.ports[0].port`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: Path): string {
    return path.reduce<string>((text, step) => {
        if (typeof step === "number") return `${text}[${step}]`;
        if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
        return text === "" ? step : `${text}.${step}`;
    }, "");
}

export function parsePath(text: string): Path {
    const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g);
    return [...steps].map(([, quoted, index, key = ""]) => {
        if (quoted !== undefined) return quoted.replaceAll('\\"', '"');
        return index === undefined || index === "*" ? (index ?? key) : Number(index);
    });
}

function isWithin(path: Path, ignored: Path): boolean {
    return (
        ignored.length <= path.length &&
        ignored.every((step, i) => step === "*" || step === path[i])
    );
}

class Comparison {
    readonly found: { path: Path; kind: DiffKind; inputDiff: boolean }[] = [];

    constructor(private readonly triggers: string[]) {}

    compare(path: Path, old: Json | undefined, wanted: Json | undefined): void {
        // A null stands for nothing: the server keeps none.
        if (wanted === undefined || wanted === null) {
            if (old !== undefined && old !== null) this.add(path, "delete", null);
        } else if (old === undefined || old === null) {
            this.add(path, "add", wanted);
        } else if (isUnknown(wanted)) {
            this.add(path, "update", wanted);
        } else if (isObject(old) && isObject(wanted)) {
            for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
                this.compare([...path, key], own(old, key), own(wanted, key));
            }
        } else if (Array.isArray(old) && Array.isArray(wanted)) {
            for (let i = 0; i < Math.max(old.length, wanted.length); i++) {
                this.compare([...path, i], old[i], wanted[i]);
            }
        } else if (old !== wanted) {
            this.add(path, "update", wanted);
        }
    }

    private add(path: Path, change: "add" | "update" | "delete", value: Json): void {
        const replaces = triggersReplace(this.triggers, path, value);
        const kind: DiffKind = replaces ? `${change}-replace` : change;
        this.found.push({ path, kind, inputDiff: change === "delete" });
    }
}

function own(object: JsonObject, key: string): Json | undefined {
    return Object.hasOwn(object, key) ? object[key] : undefined;
}

export interface DiffOptions {
    triggers: string[];
    ignoreChanges?: string[];
}

/** Compares a pruned live object with new inputs; both normalised. */
export function detailedDiff(
    old: JsonObject,
    wanted: JsonObject,
    options: DiffOptions,
): DetailedDiff {
    const comparison = new Comparison(options.triggers);
    comparison.compare([], old, wanted);
    const ignored = (options.ignoreChanges ?? []).map(parsePath);
    const kept = comparison.found.filter(
        ({ path }) => !ignored.some((ignore) => isWithin(path, ignore)),
    );
    return Object.fromEntries(
        kept.map(({ path, kind, inputDiff }) => [formatPath(path), { kind, inputDiff }]),
    );
}

/** The changed paths that make the object a new one. */
export function replacingPaths(diff: DetailedDiff): string[] {
    return Object.entries(diff)
        .filter(
            ([path, { kind }]) =>
                kind.endsWith("-replace") || (kind === "delete" && path === "metadata"),
        )
        .map(([path]) => path);
}
