// The JSONPath of `pulumi.com/waitFor`: `jsonpath={.status.phase}=Running`, as `kubectl wait` takes it.
// Fields, indexes, wildcards and one comparison in a filter: `{.status.conditions[?(@.type=="Ready")].status}`.
import { isObject, type Json, type JsonObject } from "../../plugin/json";

type Step =
    | { type: "field"; name: string }
    | { type: "index"; index: number }
    | { type: "all" }
    | { type: "filter"; path: Step[]; operator: "==" | "!="; value: string };

export interface JsonPath {
    /** As it was written, for messages. */
    text: string;
    steps: Step[];
    /** What must be found there; undefined: anything at all. */
    value?: string;
}

const STEP =
    /^(?:\.([A-Za-z_][\w-]*)|\.(\*)|\[(\*)\]|\[(-?\d+)\]|\[(['"])((?:\\.|(?!\5).)*)\5\]|\[\?\(?\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*(['"]?)([^'")\]]*)\9\s*\)?\])/;

function parseSteps(text: string, whole: string): Step[] {
    const steps: Step[] = [];
    let rest = text.replace(/^\$/, "");
    while (rest !== "") {
        const match = STEP.exec(rest);
        if (match === null) throw new Error(`${whole}: can't read ${JSON.stringify(rest)}`);
        const [all, field, star, bracketStar, index, , quoted, path, operator, , value = ""] =
            match;
        if (field !== undefined) steps.push({ type: "field", name: field });
        else if (star !== undefined || bracketStar !== undefined) steps.push({ type: "all" });
        else if (index !== undefined) steps.push({ type: "index", index: Number(index) });
        else if (quoted !== undefined) {
            steps.push({ type: "field", name: quoted.replace(/\\(.)/g, "$1") });
        } else if (path !== undefined) {
            const filterPath = parseSteps(path, whole);
            const comparison = operator === "!=" ? "!=" : "==";
            steps.push({ type: "filter", path: filterPath, operator: comparison, value });
        }
        rest = rest.slice(all.length);
    }
    return steps;
}

/** Reads `jsonpath={.path}` or `jsonpath={.path}=value`. */
export function parseJsonPath(expression: string): JsonPath {
    const raw = expression.replace(/^jsonpath=/, "");
    const match = /^(\{\s*(.*?)\s*\})(?:=(.*))?$/.exec(raw);
    if (match === null) {
        throw new Error(
            raw.startsWith("'") || raw.startsWith('"')
                ? `${raw} should omit shell quotes`
                : `${raw} should be wrapped in brackets { ... }`,
        );
    }
    const [, text = "", path = "", value] = match;
    if (value === "") throw new Error(`${text}= requires a value`);
    return { text, steps: parseSteps(path, text), value };
}

function apply(values: Json[], step: Step): Json[] {
    return values.flatMap((value): Json[] => {
        switch (step.type) {
            case "field": {
                const next = isObject(value) ? value[step.name] : undefined;
                return next === undefined ? [] : [next];
            }
            case "index": {
                const next = Array.isArray(value) ? value.at(step.index) : undefined;
                return next === undefined ? [] : [next];
            }
            case "all":
                return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
            case "filter":
                return (Array.isArray(value) ? value : []).filter((item) => {
                    const [found] = step.path.reduce(apply, [item]);
                    const same = found !== undefined && textOf(found) === step.value;
                    return step.operator === "==" ? same : !same;
                });
        }
    });
}

function textOf(value: Json): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}

export interface JsonPathMatch {
    matched: boolean;
    /** The value there, if it is one that can be shown in a line. */
    found?: string;
}

export function matchJsonPath(path: JsonPath, object: JsonObject): JsonPathMatch {
    const [first] = path.steps.reduce<Json[]>(apply, [object]);
    if (first === undefined) return { matched: false };
    if (typeof first === "object" && first !== null) {
        if (path.value === undefined) return { matched: true };
        throw new Error(`${path.text} has a non-primitive value (${JSON.stringify(first)})`);
    }
    const found = textOf(first);
    return { matched: path.value === undefined || path.value === found, found };
}
