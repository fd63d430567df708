// Plain JSON and the few safe ways in which the plugins look into it.

export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
    [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined as soon as one is missing. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
    let current = value;
    for (const key of path) {
        if (!isObject(current)) return undefined;
        current = Object.hasOwn(current, key) ? current[key] : undefined;
    }
    return current;
}

export function textAt(value: Json | undefined, ...path: string[]): string {
    const found = at(value, ...path);
    return typeof found === "string" ? found : "";
}

export function numberAt(value: Json | undefined, ...path: string[]): number | undefined {
    const found = at(value, ...path);
    return typeof found === "number" ? found : undefined;
}

export function objectAt(value: Json | undefined, ...path: string[]): JsonObject | undefined {
    const found = at(value, ...path);
    return isObject(found) ? found : undefined;
}

/** The strings of the array at a path; anything else there counts as an empty array. */
export function textsAt(value: Json | undefined, ...path: string[]): string[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}

/** The objects of the array at a path; anything else there counts as an empty array. */
export function objectsAt(value: Json | undefined, ...path: string[]): JsonObject[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found.filter(isObject) : [];
}

export function deepEqual(left: Json | undefined, right: Json | undefined): boolean {
    if (left === right) return true;
    if (Array.isArray(left) && Array.isArray(right)) {
        return left.length === right.length && left.every((item, i) => deepEqual(item, right[i]));
    }
    if (isObject(left) && isObject(right)) {
        const keys = Object.keys(left);
        return (
            keys.length === Object.keys(right).length &&
            keys.every((key) => Object.hasOwn(right, key) && deepEqual(left[key], right[key]))
        );
    }
    return false;
}

/** JSON from outside, as an object; anything else is refused in one line that names where it came from. */
export function parseObject(text: string, origin: string): JsonObject {
    const parsed = JSON.parse(text) as Json;
    if (!isObject(parsed)) throw new Error(`${origin} is not a JSON object`);
    return parsed;
}
