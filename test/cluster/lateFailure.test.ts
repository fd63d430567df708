import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { engineWords } from "../../commands/engineProcess";
import type { OpenedStack } from "../../commands/stack";
import { copySettings, openStack } from "../../commands/stack";
import { testCluster } from "./support/cluster";

describe("a program that fails after it has run to its end", () => {
    const projectDirectory = join(__dirname, "support/lateFailure");
    let stack: OpenedStack;
    let own: string;

    before(async () => {
        const { engine, directory } = testCluster();
        own = join(directory, "late");
        const workDirectory = join(own, "project");
        mkdirSync(workDirectory, { recursive: true });
        copySettings(projectDirectory, workDirectory, "late");
        stack = await openStack({
            stackName: "late",
            projectDirectory,
            workDirectory,
            engine,
            backendDirectory: join(own, "backend"),
            passphrase: "test",
        });
    });

    after(async () => {
        delete process.env["LATE_FAILURE"];
        await stack.destroy();
    });

    function recorded(): string[] {
        const file = join(own, "backend/.pulumi/stacks/late-failure/late.json");
        const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
            checkpoint: { latest: { resources: { urn: string }[] } };
        };
        return checkpoint.latest.resources.map(({ urn }) => urn.split("::").at(-1) ?? "");
    }

    it("deletes nothing of what it was about to declare", async () => {
        await stack.up();
        const before = recorded();
        assert.ok(before.includes("second"));
        process.env["LATE_FAILURE"] = "1";
        // Without the preview that our own up makes first: that would have stopped it.
        const run = stack.automation.up({ color: "never" });
        await assert.rejects(run, (error) => {
            assert.match(engineWords(error), /second can't be told its length/);
            return true;
        });
        assert.deepEqual(recorded(), before);
    });
});
