import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
    changesPagePath,
    configurationPage,
    readme,
    renderChangesPage,
    renderConfigurationPage,
    renderReadme,
} from "../../commands/docs";

const root = join(__dirname, "../..");

describe("docs/configuration.md", () => {
    it("says what Pulumi.yaml says; `npm run docs` writes it anew", () => {
        assert.equal(readFileSync(configurationPage, "utf8"), renderConfigurationPage());
    });
});

describe("docs/changes.md and the README's table of changes", () => {
    it("say what configuration/changes says; `npm run docs` writes them anew", async () => {
        assert.equal(readFileSync(changesPagePath, "utf8"), await renderChangesPage());
        const text = readFileSync(readme, "utf8");
        assert.equal(text, await renderReadme(text));
    });
});

describe("README.md and docs", () => {
    const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as {
        config: Record<string, unknown>;
    };
    const keys = Object.keys(project.config);

    it("name no configuration key that doesn't exist", () => {
        const pages = [
            "README.md",
            ...readdirSync(join(root, "docs")).map((page) => join("docs", page)),
        ];
        const unknown = pages.flatMap((page) =>
            [
                ...readFileSync(join(root, page), "utf8").matchAll(
                    /`((?:mysql|mysqld|nfs|storage)[A-Z]\w*)`/g,
                ),
            ]
                .map(([, key]) => key ?? "")
                .filter((key) => !keys.includes(key))
                .map((key) => `${page}: ${key}`),
        );
        assert.deepEqual(unknown, []);
    });

    it("have a table of configuration in which every key exists", () => {
        const [, section = ""] =
            /\n## Configuration\n([^]*?)\n## /.exec(
                readFileSync(join(root, "README.md"), "utf8"),
            ) ?? [];
        const named = section
            .split("\n")
            .filter((line) => line.startsWith("| `"))
            .flatMap((line) =>
                [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, key]) => key ?? ""),
            );
        assert.ok(named.length >= 10);
        assert.deepEqual(
            named.filter((key) => !keys.includes(key)),
            [],
        );
    });
});
