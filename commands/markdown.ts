/** A row of a table in Markdown. */
export function tableRow(cells: readonly string[]): string {
    return `| ${cells.map(tableCell).join(" | ")} |`;
}

/** What would end a cell, or begin a tag outside of code, is escaped. */
function tableCell(text: string): string {
    const parts = text
        .trim()
        .replaceAll("|", "\\|")
        .split(/(`[^`]*`)/);
    return parts
        .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "\\<")))
        .join("");
}
