import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { type EngineEvent, LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { mendInlineRuns } from "../../../commands/inlineRuns";
import { testCluster } from "./cluster";

// A small program of its own on the test cluster, for tests of the provider plugins by themselves.

export const namespace = "providers-test";

export interface Outcome {
    changes: Record<string, number | undefined>;
    /** Error messages, all of them in one text. */
    errors: string;
    /** Warnings likewise. */
    warnings: string;
    seconds: number;
}

export type Action = "preview" | "up" | "refresh" | "destroy";

let declared: () => void = () => undefined;

/** What the next run's program holds beside the namespace. */
export function declare(resources: () => void): void {
    declared = resources;
}

export async function act(action: Action, signal?: AbortSignal): Promise<Outcome> {
    mendInlineRuns();
    const { engine, sandbox, directory } = testCluster();
    const own = join(directory, "providers");
    mkdirSync(join(own, "backend"), { recursive: true });
    const program = () => {
        new k8s.core.v1.Namespace("namespace", { metadata: { name: namespace } });
        declared();
        return Promise.resolve();
    };
    const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "providers", projectName: "providers", program },
        {
            workDir: own,
            pulumiCommand: await PulumiCommand.get({ root: engine.pulumiDirectory }),
            projectSettings: {
                name: "providers",
                runtime: "nodejs",
                backend: { url: `file://${join(own, "backend")}` },
            },
            envVars: {
                ...engine.environment,
                PULUMI_CONFIG_PASSPHRASE: "test",
                KUBECONFIG: sandbox.kubeconfigPath,
            },
        },
    );
    const errors: string[] = [];
    const warnings: string[] = [];
    let changes: Outcome["changes"] = {};
    const onEvent = (event: EngineEvent) => {
        const { severity, message = "" } = event.diagnosticEvent ?? {};
        if (severity === "error") errors.push(message);
        if (severity === "warning") warnings.push(message);
        if (event.summaryEvent !== undefined) changes = event.summaryEvent.resourceChanges;
    };
    const began = Date.now();
    try {
        await stack[action]({ onEvent, signal });
    } catch (error) {
        if (errors.length === 0) errors.push(String(error));
    }
    const seconds = (Date.now() - began) / 1_000;
    return { changes, errors: errors.join("\n"), warnings: warnings.join("\n"), seconds };
}

/** Like act(), and the test fails with the run's own errors. */
export async function must(action: Action): Promise<Outcome> {
    const outcome = await act(action);
    assert.equal(outcome.errors, "");
    return outcome;
}

/** The state as it lies on disk. */
export const state = () =>
    readFileSync(
        join(testCluster().directory, "providers/backend/.pulumi/stacks/providers/providers.json"),
        "utf8",
    );

/** kubectl in the namespace of these tests. */
export const kubectl = async (...args: string[]) =>
    (await testCluster().kubectl.run(["-n", namespace, ...args])).trim();

/** Hooks of a describe(): its tests begin with nothing but the namespace, and leave nothing. */
export function aroundTests(): void {
    before(async () => {
        declare(() => undefined);
        await act("destroy");
        await must("up");
    });

    after(async () => {
        await act("destroy");
    });
}
