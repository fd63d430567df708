/** A mistake the user can mend. Printed as its message alone; everything else is a fault of ours. */
export class UserError extends Error {
    override readonly name = "UserError";
}

/** What to print for whatever was thrown: our own errors as they are, a bug with its stack. */
export function describeError(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    return isBug(error) ? (error.stack ?? error.message) : error.message;
}

export function isBug(error: unknown): boolean {
    return [TypeError, ReferenceError, RangeError].some((type) => error instanceof type);
}
