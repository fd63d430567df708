// The JSONPath of `pulumi.com/waitFor`, as the official plugin reads it: RFC 9535 without functions and `..`, in the
// braces of `kubectl get -o`. `{.status.phase}=Running`, or `{$.status[?$.status.updatedReplicas > 1]}` by itself.
import { isObject, type Json, type JsonObject } from "../../plugin/json";
import { parseSegments, type Filter, type Query, type Segment } from "./jsonPathParser";

export interface JsonPath {
    /** As it was written, for messages. */
    text: string;
    segments: Segment[];
    /** What must be found there; undefined: anything at all. */
    value?: string;
}

/** Reads `jsonpath={.path}` or `jsonpath={.path}=value`. */
export function parseJsonPath(expression: string): JsonPath {
    const raw = expression.replace(/^jsonpath=/, "");
    // Like the official plugin, it knows no sign of equality in a path but `==`: neither `<=`, `>=` nor `!=`.
    const [text = "", value, ...more] = raw.split(/(?<!=)=(?!=)/);
    if (more.length > 0) {
        throw new Error(`format should be {.path}=value or {.path}, got ${JSON.stringify(raw)}`);
    }
    if (value === "") throw new Error(`${text}= requires a value`);
    if (/^['"].*['"]$/.test(text)) throw new Error(`${text} should omit shell quotes`);
    const path = /^\{\s*(.*?)\s*\}$/.exec(text)?.[1];
    if (path === undefined) throw new Error(`${text} should be wrapped in brackets { ... }`);
    return { text, segments: parseSegments(path, text), value };
}

export interface JsonPathMatch {
    matched: boolean;
    /** The value there, if it is one that can be shown in a line. */
    found?: string;
}

export function matchJsonPath(path: JsonPath, object: JsonObject): JsonPathMatch {
    const [first] = select(path.segments, object, object);
    if (first === undefined) return { matched: false };
    if (typeof first === "object" && first !== null) {
        if (path.value === undefined) return { matched: true };
        throw new Error(`${path.text} has a non-primitive value (${JSON.stringify(first)})`);
    }
    const found = typeof first === "string" ? first : JSON.stringify(first);
    return { matched: path.value === undefined || path.value === found, found };
}

function select(segments: readonly Segment[], from: Json, root: Json): Json[] {
    return segments.reduce<Json[]>(
        (values, segment) => values.flatMap((value) => children(segment, value, root)),
        [from],
    );
}

function children(segment: Segment, value: Json, root: Json): Json[] {
    const all = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    switch (segment.type) {
        case "field": {
            const next = isObject(value) ? value[segment.name] : undefined;
            return next === undefined ? [] : [next];
        }
        case "index": {
            const next = Array.isArray(value) ? value.at(segment.index) : undefined;
            return next === undefined ? [] : [next];
        }
        case "all":
            return all;
        case "filter":
            return all.filter((each) => holds(segment.filter, each, root));
    }
}

function holds(filter: Filter, current: Json, root: Json): boolean {
    switch (filter.type) {
        case "or":
            return filter.parts.some((part) => holds(part, current, root));
        case "and":
            return filter.parts.every((part) => holds(part, current, root));
        case "not":
            return !holds(filter.part, current, root);
        case "exists":
            return resolve(filter.query, current, root).length > 0;
        case "compare": {
            const [left, right] = [filter.left, filter.right].map((side) =>
                side.type === "literal" ? side.value : resolve(side, current, root)[0],
            );
            return compares(left, filter.operator, right);
        }
    }
}

function resolve(query: Query, current: Json, root: Json): Json[] {
    return select(query.segments, query.absolute ? root : current, root);
}

/** What is not there equals only what is not there either, and is neither less nor greater than anything. */
function compares(left: Json | undefined, operator: string, right: Json | undefined): boolean {
    switch (operator) {
        case "==":
            return JSON.stringify(left) === JSON.stringify(right);
        case "<":
            return isLess(left, right);
        default:
            return isLess(right, left);
    }
}

function isLess(left: Json | undefined, right: Json | undefined): boolean {
    return (
        (typeof left === "number" && typeof right === "number" && left < right) ||
        (typeof left === "string" && typeof right === "string" && left < right)
    );
}
