import type { Problem } from "../components/problem";

/**
 * Reads values of configuration, which arrive as text or as JSON, into typed values, and notes what is wrong
 * with those that don't fit. What values mean, and which are allowed, is for the components to judge.
 */
export type Shape<T> = (field: string, value: unknown, problems: Problem[]) => T;

export const text: Shape<string> = (field, value, problems) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
        return String(value);
    }
    problems.push({ field, value, message: "give a text" });
    return "";
};

/** Text that may be left out, which configuration can only say by an empty text. */
export const optionalText: Shape<string | undefined> = (field, value, problems) =>
    text(field, value, problems) || undefined;

export const whole: Shape<number> = (field, value, problems) => {
    const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number)) {
        return number;
    }
    problems.push({ field, value, message: "give a whole number" });
    return NaN;
};

export const flag: Shape<boolean> = (field, value, problems) => {
    if (value !== true && value !== "true" && value !== false && value !== "false") {
        problems.push({ field, value, message: "give true or false" });
    }
    return value === true || value === "true";
};

export function oneWordOf<const T extends string>(first: T, ...others: T[]): Shape<T> {
    const allowed = [first, ...others];
    return (field, value, problems) => {
        const found = allowed.find((each) => each === value);
        if (found === undefined) {
            problems.push({ field, value, message: `give one of ${allowed.join(", ")}` });
        }
        return found ?? first;
    };
}

/** A value that may be left out, which configuration can only say by an empty text. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
    return (field, value, problems) => (value === "" ? undefined : shape(field, value, problems));
}

export function listOf<T>(item: Shape<T>): Shape<T[]> {
    return (field, value, problems) => {
        if (!Array.isArray(value)) {
            problems.push({ field, value, message: "give a list" });
            return [];
        }
        return value.map((each: unknown, index) => item(`${field}[${index}]`, each, problems));
    };
}

export function mapOf<T>(item: Shape<T>): Shape<Record<string, T>> {
    return (field, value, problems) =>
        Object.fromEntries(
            Object.entries(objectAt(field, value, problems)).map(([key, each]) => [
                key,
                item(`${field}.${key}`, each, problems),
            ]),
        );
}

/** Reads one field of an object; undefined when it is left out. */
export type Get = <T>(key: string, shape: Shape<T>) => T | undefined;

/** An object with the fields that `build` asks for, and no others; each may be left out. */
export function partsOf<T>(build: (get: Get) => T): Shape<T> {
    return (field, value, problems) => {
        const object = objectAt(field, value, problems);
        const known: string[] = [];
        const built = build((key, shape) => {
            known.push(key);
            return Object.hasOwn(object, key)
                ? shape(`${field}.${key}`, object[key], problems)
                : undefined;
        });
        for (const key of Object.keys(object).filter((each) => !known.includes(each))) {
            const message = `there is no such field; there are ${known.join(", ")}`;
            problems.push({ field: `${field}.${key}`, value: object[key], message });
        }
        return built;
    };
}

/** What is true or false, a number or a text, and stays so. */
export const textNumberOrFlag: Shape<string | number | boolean> = (field, value, problems) =>
    typeof value === "number" || typeof value === "boolean" ? value : text(field, value, problems);

/** Something that Kubernetes looks into, not we: only its outermost fields are known. */
export function guarded<T>(
    isFine: (value: unknown) => value is T,
    remedy: string,
): Shape<T | undefined> {
    return (field, value, problems) => {
        if (isFine(value)) {
            return value;
        }
        problems.push({ field, value, message: remedy });
        return undefined;
    };
}

function objectAt(field: string, value: unknown, problems: Problem[]): Record<string, unknown> {
    if (isObject(value)) {
        return value;
    }
    problems.push({ field, value, message: "give an object, such as {key: value}" });
    return {};
}

export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
