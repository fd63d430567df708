/**
 * Leaves out empty lists and maps: the API server drops them too, and what is sent should be what is kept.
 */
export function unlessEmpty<T extends object>(value: T | undefined): T | undefined {
    return value !== undefined && Object.keys(value).length > 0 ? value : undefined;
}
