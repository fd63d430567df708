import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { changesPage, shortTable } from "./changesPage";
import { tableRow } from "./markdown";

// npm run docs: writes docs/configuration.md from Pulumi.yaml, which describes every key, and docs/changes.md and
// the README's table from configuration/changes. Unit tests fail when a page is out of date.

const root = join(__dirname, "..");
export const configurationPage = join(root, "docs/configuration.md");
export const changesPagePath = join(root, "docs/changes.md");
export const readme = join(root, "README.md");

const tableStart = "<!-- made by npm run docs -->\n";
const tableEnd = "<!-- until here -->";

export function renderChangesPage(): Promise<string> {
    return formatted(changesPagePath, changesPage());
}

/** The README with its table of changes made anew. */
export async function renderReadme(text: string): Promise<string> {
    const [before = "", rest = ""] = text.split(tableStart);
    const [, after] = rest.split(tableEnd);
    if (after === undefined) {
        throw new Error(
            `README.md has no place for the table of changes: ${tableStart}${tableEnd}`,
        );
    }
    return formatted(readme, `${before}${tableStart}\n${shortTable()}\n\n${tableEnd}${after}`);
}

async function formatted(path: string, markdown: string): Promise<string> {
    return format(markdown, { ...(await resolveConfig(path)), filepath: path });
}

interface ConfigKey {
    readonly type: string;
    readonly default?: unknown;
    readonly description: string;
}

/** The page as it should be. */
export function renderConfigurationPage(): string {
    const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as {
        config: Record<string, ConfigKey>;
    };
    const rows = Object.entries(project.config).map(
        ([key, { type, default: value, description }]) =>
            tableRow([`\`${key}\``, type, shownDefault(value), description]),
    );
    return [
        "# Configuration",
        "",
        "Every key of a stack, as `Pulumi.yaml` describes it; set them by `pulumi config set KEY VALUE` or in",
        "`Pulumi.<stack>.yaml`, there with `mysql-nfs:` before the key. Lists and objects are YAML.",
        "An unknown key, and a value that can't be used, is refused at preview with the remedy.",
        "",
        "| key | type | default | meaning |",
        "| --- | --- | --- | --- |",
        ...rows,
        "",
    ].join("\n");
}

function shownDefault(value: unknown): string {
    const isEmpty =
        value === undefined ||
        value === "" ||
        (typeof value === "object" && value !== null && Object.keys(value).length === 0);
    return isEmpty ? "not set" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

async function main(): Promise<void> {
    writeFileSync(configurationPage, renderConfigurationPage());
    writeFileSync(changesPagePath, await renderChangesPage());
    writeFileSync(readme, await renderReadme(readFileSync(readme, "utf8")));
}

if (require.main === module) {
    void main();
}
