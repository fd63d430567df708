import assert from "node:assert/strict";
import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { describeUrn, isChange } from "../../../commands/changes";
import type { Change } from "../../../configuration/changes";
import { rules } from "../../../configuration/changes";
import { testCluster } from "../support/cluster";
import { everyObject, settledObjects } from "../support/objects";
import type { Shared } from "../support/shared";
import { namespace, sharedSettings, sharedStack } from "../support/shared";

// As stacks are by default; the sandbox's are not.
const settings = { ...sharedSettings, protect: true };

// What each change would do, as the engine sees it: docs/changes.md promises it to users. Only previews, so the
// cluster must be afterwards what it was.
describe("a change of one key, previewed on a stack that runs", () => {
    let shared: Shared;
    let objects: ReadonlyMap<string, string>;

    before("the stack is protected, and what a change may refer to is there", async () => {
        shared = await sharedStack();
        const secret = ["create", "secret", "generic", "own-passwords", "-n", namespace];
        const values = ["root-password=walked-root-password", "password=walked-password"];
        await testCluster().kubectl.run([
            ...secret,
            ...values.map((value) => `--from-literal=${value}`),
        ]);
        shared.stack.configure(settings);
        await shared.stack.mustUp();
        objects = await settledObjects();
    });

    after(async () => {
        shared.stack.configure(sharedSettings);
        await shared.stack.mustUp();
        await testCluster().kubectl.run(["delete", "secret", "own-passwords", "-n", namespace]);
    });

    for (const { effect, changes } of rules) {
        for (const change of changes) {
            it(`${change.key}, ${change.what}: ${effect}`, async () => {
                shared.stack.configure(settingsWith(change));
                const { error, steps } = await shared.stack.preview();
                if (effect === "refused") {
                    assertSays(error, [...keyAndValue(change), ...change.says]);
                } else if (effect === "protected") {
                    assertSays(error, change.says);
                } else {
                    assert.equal(error, undefined);
                    assert.deepEqual(describeSteps(steps), [...change.steps].sort());
                }
            });
        }
    }

    it("changed nothing, whichever it was", async () => {
        assert.deepEqual(await everyObject(), objects);
        shared.stack.configure(settings);
        assert.deepEqual(Object.keys((await shared.stack.preview()).changes), ["same"]);
    });
});

function settingsWith({ key, to, with: others }: Change): Record<string, unknown> {
    return { ...settings, [key]: to, ...others };
}

/** "update StatefulSet mysql: spec.replicas", for each object that would change. */
function describeSteps(steps: readonly StepEventMetadata[]): string[] {
    return steps
        .filter(({ op }) => isChange(op))
        .map((step) => {
            const paths = Object.keys(step.detailedDiff ?? {}).sort();
            const isLeft = step.op === "delete" && step.old?.retainOnDelete === true;
            // The controller's code is named by its content.
            const resource = describeUrn(step.urn).replace(/-bundle-[0-9a-f]{8}$/, "-bundle");
            const what = `${isLeft ? "leave" : step.op} ${resource}`;
            return paths.length === 0 ? what : `${what}: ${paths.join(" ")}`;
        })
        .sort();
}

function keyAndValue({ key, to }: Change): string[] {
    return typeof to === "string" ? [key, to] : [key];
}

function assertSays(error: string | undefined, says: readonly string[]): void {
    assert.ok(error !== undefined, "the preview succeeded");
    for (const part of says) {
        assert.ok(error.includes(part), `"${part}" is not in: ${error}`);
    }
}
