import { createHash } from "node:crypto";

/** The first digits of a hash: enough to tell the things of one stack apart. */
export function shortHash(...parts: readonly string[]): string {
    return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 8);
}

/**
 * A DNS label made of the given parts, for things whose names must differ between the stacks of a cluster.
 * Parts that don't fit into a label (capitals, underscores, more than the length) are mended, and a hash
 * of the parts as given keeps two names apart that would look the same after mending.
 */
export function uniqueName(parts: readonly string[], maxLength = 63): string {
    const plain = parts.join("-");
    const mended = plain
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, "-")
        .replace(/^-+|-+$/g, "");
    if (mended === plain && plain.length <= maxLength) {
        return plain;
    }
    const hash = shortHash(...parts);
    return `${mended.slice(0, maxLength - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}
