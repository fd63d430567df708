import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { loadProgram } from "../../commands/program";
import type { ProjectFile } from "../mocks";
import { runUnderMocks, valueOf } from "../mocks";

const root = join(__dirname, "../..");
const folder = join(root, "examples");
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "Pulumi.yaml")));

interface ExampleProject extends ProjectFile {
    runtime: { name: string; options: Record<string, string> };
    main: string;
}

/** Its settings as the sandbox has them, by keys without the project. */
function sandboxSettings(name: string, project: string): [string, unknown][] {
    const text = readFileSync(join(folder, name, "Pulumi.sandbox.yaml"), "utf8");
    const { config } = parse(text) as { config: Record<string, unknown> };
    return Object.entries(config).map(([key, value]) => {
        assert.ok(key.startsWith(`${project}:`), key);
        return [key.slice(project.length + 1), value];
    });
}

describe("the examples", () => {
    it("are those that the tests on the cluster bring up", () => {
        const tested = readdirSync(join(root, "test/cluster/examples"))
            .filter((file) => file.endsWith(".test.ts"))
            .map((file) => readFileSync(join(root, "test/cluster/examples", file), "utf8"))
            .flatMap((text) => [...text.matchAll(/Example\.up\("([^"]*)"\)/g)])
            .map(([, name]) => name);
        assert.deepEqual([...new Set(tested)].sort(), [...names].sort());
    });
});

for (const name of names) {
    describe(`the example ${name}`, () => {
        const path = join(folder, name);
        const text = readFileSync(join(path, "Pulumi.yaml"), "utf8");
        const project = parse(text) as ExampleProject;

        it("is a project of its own, and not the one of the folders above it", () => {
            assert.equal(project.name, `example-${name}`);
            // Without it Pulumi takes the entry of the nearest package.json, which is this repository's.
            assert.equal(project.main, "index.ts");
            const { tsconfig = "" } = project.runtime.options;
            assert.equal(join(path, tsconfig), join(root, "tsconfig.json"));
        });

        it("describes each key, and the sandbox sets no other", () => {
            for (const [key, { description }] of Object.entries(project.config)) {
                assert.match(description, /^[A-Z].*\.$/, key);
            }
            const unknown = sandboxSettings(name, project.name).filter(
                ([key]) => project.config[key] === undefined,
            );
            assert.deepEqual(unknown, []);
        });

        it("shares no code but the components", () => {
            const program = readFileSync(join(path, "index.ts"), "utf8");
            const imported = [...program.matchAll(/ from "([^"]*)";$/gm)].map(([, from]) => from);
            assert.deepEqual(
                imported.filter(
                    (from = "") => !/^(@pulumi\/|node:|(\.\.\/){2}components(\/|$))/.test(from),
                ),
                [],
            );
        });

        it("tells its reader how it comes and goes", () => {
            const readme = readFileSync(join(path, "README.md"), "utf8");
            assert.ok(readme.includes(`npm run example -- ${name} `), "comes");
            assert.ok(readme.includes(`npm run example -- ${name} --destroy\n`), "goes");
        });

        it("runs, and says what to look at", async () => {
            const values = [
                ...Object.entries(project.config).map(([key, each]) => [key, each.default]),
                ...sandboxSettings(name, project.name),
            ].filter(([, value]) => value !== undefined);
            const config = Object.fromEntries(
                values.map(([key, value]) => [
                    `${project.name}:${String(key)}`,
                    typeof value === "string" ? value : JSON.stringify(value),
                ]),
            );
            const options = { project: project.name, stack: "sandbox", config };
            const { result } = await runUnderMocks(loadProgram(path), options);
            const next = await valueOf(pulumi.output(result["next"] as string[]));
            assert.ok(next.length > 0);
            for (const line of next) {
                assert.match(line, /\bkubectl /);
            }
        });
    });
}
