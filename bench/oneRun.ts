import { openStack } from "../commands/stack";
import type { Engine } from "../sandbox/engine";

// One run of the engine in a process of its own, as a user's command is: the bench times the whole of it.

/** What the bench hands over as its only argument, in JSON. */
export interface OneRun {
    readonly act: "preview" | "up" | "destroy";
    readonly projectDirectory: string;
    readonly workDirectory: string;
    readonly backendDirectory: string;
    readonly kubeconfigPath: string;
    readonly engine: Engine;
}

async function main(): Promise<void> {
    const { act, ...options } = JSON.parse(process.argv[2] ?? "") as OneRun;
    const stack = await openStack({ ...options, stackName: "bench", passphrase: "bench" });
    await stack[act]();
}

if (require.main === module) {
    void main();
}
