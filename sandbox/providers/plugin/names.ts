// Names that nobody typed: a prefix and eight hexadecimal digits, as the official plugins make them.
import { createHash, randomBytes } from "node:crypto";

const DIGITS = 8;

/** With a seed from the engine the same name comes out again, so that a plan keeps its word. */
export function uniqueName(prefix: string, seed: Uint8Array = new Uint8Array()): string {
    const hex =
        seed.length > 0
            ? createHash("sha256").update(seed).update(prefix).digest("hex")
            : randomBytes(DIGITS / 2).toString("hex");
    return prefix + hex.slice(0, DIGITS);
}

export interface Urn {
    /** For example `kubernetes:core/v1:Service`. */
    type: string;
    name: string;
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`; a name may hold `::` itself. */
export function parseUrn(urn: string): Urn {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}
