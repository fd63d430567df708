import assert from "node:assert/strict";
import type { Change, Rule } from "../../configuration/changes";
import { rules } from "../../configuration/changes";
import { readProjectFile } from "../mocks";

const dataObjects =
    /^(replace|delete) (StatefulSet|PersistentVolumeClaim|PersistentVolume|StorageClass|Namespace) /;

describe("The table of changes", () => {
    const changes = rules.flatMap((rule) => rule.changes.map((each) => ({ ...each, rule })));

    it("has every key of Pulumi.yaml, and no other", () => {
        const keys = Object.keys(readProjectFile().config);
        assert.deepEqual([...new Set(changes.map(({ key }) => key))].sort(), keys.sort());
    });

    it("says the same of no two changes", () => {
        const names = changes.map(({ key, what }) => `${key}, ${what}`);
        assert.deepEqual([...new Set(names)], names);
    });

    it("replaces and deletes nothing that holds data", () => {
        assert.deepEqual(
            changes.flatMap(({ steps }) => steps).filter((step) => dataObjects.test(step)),
            [],
        );
    });

    it("calls a rolling restart what changes MySQL's Pods, and nothing else", () => {
        const wrong = changes.filter(
            ({ steps, rule }) =>
                changesTemplate(steps, "StatefulSet mysql") !== (rule.effect === "rolling restart"),
        );
        assert.deepEqual(wrong.map(title), []);
    });

    it("calls a restart of the provisioner what changes its Pods, and nothing else", () => {
        const wrong = changes.filter(
            ({ steps, rule }) =>
                changesTemplate(steps, "Deployment nfs") !==
                (rule.effect === "provisioner restart"),
        );
        assert.deepEqual(wrong.map(title), []);
    });

    it("calls a restart of the controller what changes its Pods and not MySQL's, and nothing else", () => {
        const wrong = changes.filter(
            ({ steps, rule }) =>
                (changesTemplate(steps, "Deployment mysql-controller") &&
                    !changesTemplate(steps, "StatefulSet mysql")) !==
                (rule.effect === "controller restart"),
        );
        assert.deepEqual(wrong.map(title), []);
    });

    it("calls a switchover what asks for one, and nothing else", () => {
        const wrong = changes.filter(
            ({ steps, rule }) =>
                steps.includes("create RandomId mysql-request") !== (rule.effect === "switchover"),
        );
        assert.deepEqual(wrong.map(title), []);
    });

    it("knows the remedy of each refusal", () => {
        const wrong = changes.filter(({ says, steps, rule }) => {
            const isRefusal = rule.effect === "refused" || rule.effect === "protected";
            return isRefusal !== says.length > 0 || (isRefusal && steps.length > 0);
        });
        assert.deepEqual(wrong.map(title), []);
    });
});

function changesTemplate(steps: readonly string[], object: string): boolean {
    return steps.some(
        (step) => step.startsWith(`update ${object}: `) && step.includes("spec.template."),
    );
}

function title({ key, what, rule }: Change & { rule: Rule }): string {
    return `${key}, ${what}: ${rule.effect}`;
}
