/** The word that someone most likely meant, if any is near enough. */
export function nearest(word: string, among: readonly string[]): string | undefined {
    const limit = Math.max(2, Math.floor(word.length / 3));
    const ranked = among
        .map((each) => ({ each, distance: editDistance(word.toLowerCase(), each.toLowerCase()) }))
        .sort((one, other) => one.distance - other.distance);
    const best = ranked[0];
    return best !== undefined && best.distance <= limit ? best.each : undefined;
}

/** Letters to insert, delete or replace to make one word of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
    let row = Array.from({ length: to.length + 1 }, (_, index) => index);
    for (const [index, letter] of [...from].entries()) {
        const next = [index + 1];
        for (const [column, other] of [...to].entries()) {
            const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
            next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
        }
        row = next;
    }
    return row[to.length] ?? 0;
}
