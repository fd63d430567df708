/** One thing measured against its bound. */
export interface Result {
    readonly title: string;
    readonly value: number;
    readonly bound: number;
    /** "x" for a ratio, "s" for seconds, none for a count. */
    readonly unit: "x" | "s" | "";
    /** What the value was made of. */
    readonly detail: string;
}

export function passes({ value, bound }: Result): boolean {
    return value <= bound;
}

export function tableLines(results: readonly Result[]): string[] {
    const rows = [
        ["", "measured", "bound", "", ""],
        ...results.map((result) => [
            result.title,
            shown(result.value, result.unit),
            shown(result.bound, result.unit),
            passes(result) ? "ok" : "MISSED",
            result.detail,
        ]),
    ];
    const widths = [0, 1, 2, 3].map((column) =>
        Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    return rows.map(([title = "", value = "", bound = "", mark = "", detail = ""]) =>
        [
            title.padEnd(widths[0] ?? 0),
            value.padStart(widths[1] ?? 0),
            bound.padStart(widths[2] ?? 0),
            mark.padEnd(widths[3] ?? 0),
            detail,
        ]
            .join("  ")
            .trimEnd(),
    );
}

function shown(value: number, unit: Result["unit"]): string {
    return unit === "" ? String(value) : `${value.toFixed(2)} ${unit}`;
}

export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    const upper = sorted[middle] ?? NaN;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The least of the values that so many percent of all don't exceed. */
export function percentile(values: readonly number[], percent: number): number {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? NaN;
}
