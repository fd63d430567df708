import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Step {
    uses?: string;
    run?: string;
    with?: Record<string, unknown>;
}
interface Job {
    if?: string;
    permissions?: Record<string, string>;
    strategy?: { matrix: { stack: string[] } };
    concurrency?: { group: string; "cancel-in-progress": boolean };
    steps: Step[];
}
interface Workflow {
    on: Record<string, unknown>;
    permissions?: Record<string, string>;
    jobs: Record<string, Job>;
}

const folder = join(__dirname, "../../.github/workflows");
const texts = new Map(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const),
);
const workflows = new Map(
    [...texts].map(([name, text]) => [name, parse(text) as Workflow] as const),
);

function job(file: string, name: string): Job {
    const found = workflows.get(file)?.jobs[name];
    assert.ok(found !== undefined, `${file} has no job ${name}`);
    return found;
}

describe("the GitHub workflows", () => {
    it("pin every action to a full commit SHA, with its version beside it", () => {
        for (const [name, text] of texts) {
            const uses = text.split("\n").filter((line) => line.includes("uses:"));
            assert.ok(uses.length > 0, name);
            for (const line of uses) {
                assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
            }
        }
    });

    it("pin one commit for each action", () => {
        const all = [...texts.values()].join("\n").match(/uses: \S+/g) ?? [];
        const actions = new Set(all.map((line) => line.split("@")[0]));
        assert.equal(new Set(all).size, actions.size);
    });

    it("change a stack in one run at a time, and cut none off", () => {
        assert.deepEqual(job("up.yml", "up").concurrency, {
            group: "pulumi-${{ matrix.stack }}",
            "cancel-in-progress": false,
        });
        assert.deepEqual(workflows.get("up.yml")?.on["push"], { branches: ["main"] });
    });

    it("preview each pull request with a comment, the newest push only", () => {
        const preview = job("preview.yml", "preview");
        assert.deepEqual(preview.concurrency, {
            group: "pulumi-${{ matrix.stack }}-preview-${{ github.event.pull_request.number }}",
            "cancel-in-progress": true,
        });
        const step = preview.steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"));
        assert.equal(step?.with?.["command"], "preview");
        assert.equal(step.with["comment-on-pr"], true);
        assert.deepEqual(preview.strategy, job("up.yml", "up").strategy);
    });

    it("give a fork's pull request no secret", () => {
        assert.match(
            job("preview.yml", "preview").if ?? "",
            /head\.repo\.full_name == github\.repository/,
        );
        for (const [name, workflow] of workflows) {
            assert.ok(!("pull_request_target" in workflow.on), name);
        }
        assert.doesNotMatch(texts.get("check.yml") ?? "", /secrets\./);
    });

    it("ask for the least permissions", () => {
        assert.deepEqual(workflows.get("up.yml")?.permissions, {});
        assert.deepEqual(job("up.yml", "up").permissions, { contents: "read" });
        assert.deepEqual(workflows.get("preview.yml")?.permissions, {});
        assert.deepEqual(job("preview.yml", "preview").permissions, {
            contents: "read",
            "pull-requests": "write",
        });
        assert.deepEqual(workflows.get("check.yml")?.permissions, { contents: "read" });
    });
});
