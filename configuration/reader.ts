import { nearest } from "../components/nearest";
import type { Problem } from "../components/problem";
import type { Shape } from "./shapes";

/** Reads a stack's keys one by one and notes what is wrong, with unknown keys as well. */
export class Reader {
    readonly problems: Problem[] = [];
    private readonly known: string[] = [];

    /** @param values the stack's keys without their prefix, as text; lists and objects as JSON */
    constructor(private readonly values: Readonly<Record<string, string>>) {}

    /** A key whose value is one text, number or flag. */
    scalar<T>(key: string, shape: Shape<T>): T {
        return this.read(key, shape, (value) => value);
    }

    /** A key whose value is a list or an object. */
    json<T>(key: string, shape: Shape<T>): T {
        return this.read(key, shape, parseJson);
    }

    /** Keys that nothing has read; ask when all is read. */
    unknownKeys(): Problem[] {
        return Object.keys(this.values)
            .filter((key) => !this.known.includes(key))
            .map((key) => {
                const near = nearest(key, this.known);
                const hint = near === undefined ? "" : `, did you mean ${near}?`;
                return {
                    field: key,
                    value: this.values[key],
                    message: `there is no such key${hint}`,
                };
            });
    }

    private read<T>(key: string, shape: Shape<T>, parse: (value: string) => unknown): T {
        this.known.push(key);
        const value = this.values[key];
        if (value === undefined) {
            // The engine fills in the schema's defaults, so this is a run that knows no Pulumi.yaml.
            const message =
                "run in the project's folder, where Pulumi.yaml gives each key a default";
            this.problems.push({ field: key, value, message });
        }
        return shape(
            key,
            value === undefined ? "" : parse(value),
            value === undefined ? [] : this.problems,
        );
    }
}

function parseJson(value: string): unknown {
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

/** Renames the first part of a field and leaves what stands behind its first dot or bracket. */
export function renameHead(field: string, names: Readonly<Record<string, string>>): string {
    const head = /^[^.[]*/.exec(field)?.[0] ?? "";
    return (names[head] ?? head) + field.slice(head.length);
}
