// Random strings, drawn from the system's cryptographic generator without modulo bias (crypto.randomInt).
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { JsonObject } from "../plugin/json";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

export interface StringRules {
    length: number;
    lower: boolean;
    upper: boolean;
    numeric: boolean;
    special: boolean;
    minLower: number;
    minUpper: number;
    minNumeric: number;
    minSpecial: number;
    overrideSpecial: string;
}

export const STRING_DEFAULTS: Omit<StringRules, "length"> = {
    lower: true,
    upper: true,
    numeric: true,
    special: true,
    minLower: 0,
    minUpper: 0,
    minNumeric: 0,
    minSpecial: 0,
    overrideSpecial: "",
};

function flag(inputs: JsonObject, key: "lower" | "upper" | "numeric" | "special"): boolean {
    const value = inputs[key];
    return typeof value === "boolean" ? value : STRING_DEFAULTS[key];
}

function amount(inputs: JsonObject, key: string): number {
    const value = inputs[key];
    return typeof value === "number" ? value : 0;
}

/** The rules in a resource's inputs; `number` is the old name of `numeric`. */
export function stringRules(inputs: JsonObject): StringRules {
    const number = inputs["number"];
    const override = inputs["overrideSpecial"];
    return {
        length: amount(inputs, "length"),
        lower: flag(inputs, "lower"),
        upper: flag(inputs, "upper"),
        numeric: flag(inputs, "numeric") && number !== false,
        special: flag(inputs, "special"),
        minLower: amount(inputs, "minLower"),
        minUpper: amount(inputs, "minUpper"),
        minNumeric: amount(inputs, "minNumeric"),
        minSpecial: amount(inputs, "minSpecial"),
        overrideSpecial: typeof override === "string" ? override : "",
    };
}

interface CharacterClass {
    characters: string;
    minimum: number;
}

function classes(rules: StringRules): CharacterClass[] {
    const special = rules.overrideSpecial === "" ? SPECIAL : rules.overrideSpecial;
    return [
        { on: rules.lower, characters: LOWER, minimum: rules.minLower },
        { on: rules.upper, characters: UPPER, minimum: rules.minUpper },
        { on: rules.numeric, characters: DIGITS, minimum: rules.minNumeric },
        { on: rules.special, characters: special, minimum: rules.minSpecial },
    ].filter(({ on }) => on);
}

/** What is wrong with the rules, or undefined. */
export function stringProblem(
    rules: StringRules,
): { property: string; reason: string } | undefined {
    const { length } = rules;
    const minimum = rules.minLower + rules.minUpper + rules.minNumeric + rules.minSpecial;
    if (!Number.isInteger(length) || length < 1) {
        return {
            property: "length",
            reason: `length must be a whole number of at least 1, got: ${length}`,
        };
    }
    if (minimum > length) {
        const sum = "(minUpper + minLower + minNumeric + minSpecial)";
        return {
            property: "length",
            reason: `length must be at least ${minimum} ${sum}, got: ${length}`,
        };
    }
    if (classes(rules).length === 0) {
        return {
            property: "length",
            reason: "at least one of lower, upper, numeric, special must be true",
        };
    }
    return undefined;
}

function pick(characters: string, count: number): string[] {
    const all = [...characters];
    return Array.from({ length: count }, () => all[randomInt(all.length)] ?? "");
}

function shuffle(items: string[]): string[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
        const j = randomInt(i + 1);
        const [a = "", b = ""] = [shuffled[i], shuffled[j]];
        shuffled[i] = b;
        shuffled[j] = a;
    }
    return shuffled;
}

export function randomText(rules: StringRules): string {
    const chosen = classes(rules);
    const required = chosen.flatMap(({ characters, minimum }) => pick(characters, minimum));
    const everything = chosen.map(({ characters }) => characters).join("");
    const free = pick(everything, rules.length - required.length);
    return shuffle([...required, ...free]).join("");
}

export interface RandomBytes {
    id: string;
    b64Std: string;
    b64Url: string;
    hex: string;
    dec: string;
}

export function randomId(byteLength: number, prefix: string): RandomBytes {
    const bytes = randomBytes(byteLength);
    const base64Url = bytes.toString("base64url");
    return {
        id: base64Url,
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + base64Url,
        hex: prefix + bytes.toString("hex"),
        dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
    };
}

export function randomInteger(min: number, max: number): number {
    return min + randomInt(max - min + 1);
}

export const randomUuid: () => string = randomUUID;
