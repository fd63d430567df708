import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { engineWords } from "../../../commands/engineProcess";
import type { OpenedStack } from "../../../commands/stack";
import { copySettings, openStack } from "../../../commands/stack";
import { testCluster } from "../support/cluster";

// What the SDK keeps to itself, put in the place of a connection that fails.
const sdk = settings as unknown as { setRootResource: () => Promise<void> };
type Register = (request: RegisterResourceRequest, answer: (error: Error) => void) => unknown;
const { prototype: monitor } = ResourceMonitorClient as unknown as {
    prototype: { registerResource: Register };
};
const unavailable = Object.assign(new Error("14 UNAVAILABLE: No connection established."), {
    code: 14,
});

describe("a program that fails after it has run to its end", () => {
    const projectDirectory = join(__dirname, "../support/lateFailure");
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
        // Two that are made at a time are recorded in the order in which they get ready.
        return checkpoint.latest.resources.map(({ urn }) => urn.split("::").at(-1) ?? "").sort();
    }

    // Without the preview that our own up makes first: that would stop it.
    async function assertFails(words: RegExp): Promise<void> {
        const before = recorded();
        assert.ok(before.includes("second"));
        await assert.rejects(stack.automation.up({ color: "never" }), (error) => {
            assert.match(engineWords(error), words);
            return true;
        });
        assert.deepEqual(recorded(), before);
    }

    it("deletes nothing of what it was about to declare", async () => {
        await stack.up();
        process.env["LATE_FAILURE"] = "1";
        await assertFails(/second can't be told its length/);
        delete process.env["LATE_FAILURE"];
    });

    it("deletes nothing when it loses the engine before it begins", async () => {
        const { setRootResource } = sdk;
        sdk.setRootResource = () => Promise.reject(unavailable);
        try {
            await assertFails(/lost its connection to the Pulumi engine/);
        } finally {
            sdk.setRootResource = setRootResource;
        }
    });

    it("deletes nothing when it loses the engine on its way", async () => {
        const { registerResource } = monitor;
        monitor.registerResource = function (request, answer) {
            return request.getName() === "second"
                ? answer(unavailable)
                : registerResource.call(this, request, answer);
        };
        try {
            await assertFails(/lost its connection to the Pulumi engine/);
        } finally {
            monitor.registerResource = registerResource;
        }
    });

    it("goes on as if nothing had been", async () => {
        const { summary } = await stack.automation.up({ color: "never" });
        assert.deepEqual(summary.resourceChanges, { same: 3 });
    });
});
