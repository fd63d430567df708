import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

// npm run docs: writes docs/configuration.md from Pulumi.yaml, which describes every key. A unit test fails when
// the page is out of date.

const root = join(__dirname, "..");
export const configurationPage = join(root, "docs/configuration.md");

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
            [`| \`${key}\``, type, shownDefault(value), `${cell(description)} |`].join(" | "),
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

function cell(text: string): string {
    return text.replaceAll("|", "\\|").replaceAll("<", "\\<").trim();
}

if (require.main === module) {
    writeFileSync(configurationPage, renderConfigurationPage());
}
