interface Found<T> {
    readonly value: T;
}
interface Seen {
    readonly instead: string;
}

/** What a look at the cluster came to: the thing awaited, or what is there in its place. */
export type Look<T> = Found<T> | Seen;

export function found<T>(value: T): Found<T> {
    return { value };
}

export function seen(instead: string): Seen {
    return { instead };
}

const pause = 200;

/**
 * Looks again and again until it finds, and fails after the deadline with what was seen last. A look
 * that throws has seen its error.
 */
export async function until<T>(
    what: string,
    seconds: number,
    look: () => Promise<Look<T>>,
): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        const result = await look().catch((error: unknown) =>
            seen(error instanceof Error ? error.message : String(error)),
        );
        if ("value" in result) {
            return result.value;
        }
        if (Date.now() > deadline) {
            throw new Error(`${what}: not within ${seconds} s; last seen: ${result.instead}`);
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
    }
}

/** A look for one exact text. */
export function exactly(expected: string, actual: string): Look<string> {
    return actual === expected ? found(actual) : seen(JSON.stringify(actual));
}
