import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox";
import { startSandbox, stopSandbox } from "../../../sandbox";
import { stateDirectory } from "../../../sandbox/build/paths";
import type { Engine } from "../../../sandbox/engine";
import { resolveEngine } from "../../../sandbox/engine";
import { remembered } from "./history";
import { Kubectl } from "./kubectl";

// One sandbox for the whole run, its hooks set where the first test file imports this one. Runs at the same time need
// names of their own for it, MYSQL_NFS_TEST_SANDBOX. With MYSQL_NFS_KEEP=1 it is taken as it is and left running, for
// work on the tests themselves; it is wiped otherwise.

export const instance = process.env["MYSQL_NFS_TEST_SANDBOX"] ?? "test";
const keep = process.env["MYSQL_NFS_KEEP"] === "1";

export interface TestCluster {
    readonly sandbox: Sandbox;
    readonly engine: Engine;
    readonly kubectl: Kubectl;
    /** Folder of the run's own on this machine. */
    readonly directory: string;
}

let current: TestCluster | undefined;

export function testCluster(): TestCluster {
    if (current === undefined) {
        throw new Error("The test cluster is up only inside of tests and hooks");
    }
    return current;
}

before("the sandbox comes up", async () => {
    if (!keep) {
        await stopSandbox({ instance, wipe: true });
    }
    const engine = await resolveEngine();
    const sandbox = await startSandbox({ instance });
    for (const line of [...engine.description, ...sandbox.description]) {
        console.log(`  ${line}`);
    }
    const directory = join(stateDirectory(instance), "tests");
    mkdirSync(directory, { recursive: true });
    current = { sandbox, engine, kubectl: new Kubectl(sandbox), directory };
});

after("the sandbox is taken away", async () => {
    if (!keep) {
        await stopSandbox({ instance });
    }
});

afterEach("a failure is described", async function () {
    if (this.currentTest?.state === "failed" && current !== undefined) {
        const name = this.currentTest
            .fullTitle()
            .replace(/[^A-Za-z0-9]+/g, "-")
            .slice(0, 200);
        const path = join(current.directory, `${name}.txt`);
        writeFileSync(path, `${await describeCluster(current.kubectl)}\n${remembered()}`);
        console.log(`      the cluster as it was, and the last runs: ${path}`);
    }
});

async function describeCluster(kubectl: Kubectl): Promise<string> {
    const parts: string[] = [];
    const show = async (...args: string[]): Promise<void> => {
        const { stdout, stderr } = await kubectl.try(args);
        parts.push(`$ kubectl ${args.join(" ")}\n${stdout}${stderr}`);
    };
    await show("get", "pods,sts,deploy,svc,pvc,pv,pdb,endpointslices", "-A", "-o", "wide");
    await show("get", "sts", "-A", "-o", "yaml", "--show-managed-fields");
    await show("get", "events", "-A", "--sort-by=.lastTimestamp");
    await show("describe", "pods", "-A");
    for (const { metadata } of await kubectl.list("pods", "-A").catch(() => [])) {
        const pod = ["logs", "-n", metadata.namespace ?? "", metadata.name];
        await show(...pod, "--all-containers", "--prefix", "--tail=200");
        await show(...pod, "--all-containers", "--prefix", "--tail=200", "--previous");
    }
    return parts.join("\n");
}
