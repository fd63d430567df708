import { createHash } from "node:crypto";

/** The first digits of a hash: enough to tell the things of one stack apart. */
export function shortHash(...parts: readonly string[]): string {
    return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 8);
}

/**
 * A DNS label for things whose names must differ between the stacks of a cluster. Its parts are any words to begin
 * with, the project and the stack. A hash of them is added only where the name could be another's: where parts that
 * don't fit into a label (capitals, underscores, more than the length) are mended, and where a hyphen in a part other
 * than the project leaves open where that begins and ends (`shop` and `dev-eu`, `shop-dev` and `eu`).
 */
export function uniqueName(parts: readonly string[], maxLength = 63): string {
    const plain = parts.join("-");
    const isClear = parts.every((part, at) => at === parts.length - 2 || !part.includes("-"));
    return isClear && plain === mended(parts) && plain.length <= maxLength
        ? plain
        : hashedName(parts, maxLength);
}

/** The same, with a hash whatever the parts are. */
export function hashedName(parts: readonly string[], maxLength = 63): string {
    const hash = shortHash(...parts);
    return `${mended(parts)
        .slice(0, maxLength - hash.length - 1)
        .replace(/-+$/, "")}-${hash}`;
}

function mended(parts: readonly string[]): string {
    return parts
        .join("-")
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, "-")
        .replace(/^-+|-+$/g, "");
}
