// Property values as the engine sends them: plain JSON, in which a secret is an object with a signature
// and a value not known yet is one of a few reserved strings
// (github.com/pulumi/pulumi, developer docs "Property values").
import { isObject, type Json, type JsonObject } from "./json";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What the engine sends for a string that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const UNKNOWNS: ReadonlySet<Json> = new Set([
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
]);

export function isUnknown(value: Json | undefined): boolean {
    return value !== undefined && UNKNOWNS.has(value);
}

export function isSecret(value: Json | undefined): value is JsonObject {
    return isObject(value) && value[SIGNATURE] === SECRET;
}

export function makeSecret(value: Json): Json {
    return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** The value inside a secret, or the value itself. */
export function unwrap(value: Json | undefined): Json | undefined {
    return isSecret(value) ? value["value"] : value;
}

function some(value: Json | undefined, test: (value: Json) => boolean): boolean {
    if (value === undefined) return false;
    if (test(value)) return true;
    if (Array.isArray(value)) return value.some((item) => some(item, test));
    return isObject(value) && Object.values(value).some((item) => some(item, test));
}

export function containsSecret(value: Json | undefined): boolean {
    return some(value, isSecret);
}

export function containsUnknown(value: Json | undefined): boolean {
    return some(value, isUnknown);
}

/** A deep copy without the secret wrappers. */
export function reveal(value: Json): Json {
    const plain = unwrap(value) ?? null;
    if (Array.isArray(plain)) return plain.map(reveal);
    return isObject(plain) ? revealObject(plain) : plain;
}

export function revealObject(value: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
}
