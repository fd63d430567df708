import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { silentProgress } from "../../../sandbox/build/progress";
import { run } from "../../../sandbox/build/run";
import { images } from "../../../sandbox/images";
import { runOnNode, type Sandbox, startSandbox, stopSandbox } from "../../../sandbox/index";
import { components } from "../../../sandbox/node/components";
import { pauseImage } from "../../../sandbox/node/configuration";
import { layoutOf } from "../../../sandbox/node/layout";
import { findNode, type NodeProcess } from "../../../sandbox/node/nodeProcess";
import { nodeSpec } from "../../../sandbox/node/nodeSpec";
import { type NodeStatus, readStatus } from "../../../sandbox/node/status";

// A sandbox of its own: what happens to it here must not meet the other cluster tests.
const instance = "test-node";
const node = nodeSpec(instance);
const layout = layoutOf(instance);

async function start(): Promise<Sandbox> {
    const wanted = (await images(silentProgress)).filter(({ name }) => name === pauseImage);
    return startSandbox({ instance, log: silentProgress, images: wanted });
}

async function kubectl(sandbox: Sandbox, ...args: string[]): Promise<string> {
    const kubectlPath = join(sandbox.binDirectory, "kubectl");
    return run(kubectlPath, ["--kubeconfig", sandbox.kubeconfigPath, ...args]);
}

async function runningNode(): Promise<NodeProcess> {
    const found = await findNode(layout.state);
    assert(found !== undefined, "the node runs");
    return found;
}

async function waitForStatus(isMet: (status: NodeStatus) => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
        const status = await readStatus(layout.status);
        if (status !== undefined && isMet(status)) {
            return;
        }
        assert(Date.now() < deadline, `the node became ready again: ${JSON.stringify(status)}`);
        await sleep(50);
    }
}

/** What a sandbox could leave behind on the machine, whoever else uses it meanwhile. */
function traces(): string[] {
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
    const cgroups = readdirSync("/sys/fs/cgroup").map((name) => join("/sys/fs/cgroup", name));
    return [
        ...mounts.filter((line) => line.includes(layout.state)),
        ...readdirSync("/sys/class/net").filter((name) => name === node.uplink.linkName),
        ...["/sys/fs/cgroup", ...cgroups]
            .map((path) => join(path, node.cgroup))
            .filter((path) => existsSync(path)),
    ];
}

/** Processes that live in any of the node's namespaces. */
function inhabitants(namespaces: string[]): string[] {
    return readdirSync("/proc").filter(
        (name) =>
            /^\d+$/.test(name) && namespacesOf(name).some((link) => namespaces.includes(link)),
    );
}

function namespacesOf(process: string): string[] {
    try {
        return ["mnt", "net", "pid"].map((kind) => readlinkSync(`/proc/${process}/ns/${kind}`));
    } catch {
        return [];
    }
}

describe("the sandbox's node", () => {
    let sandbox: Sandbox;

    before(async () => {
        await stopSandbox({ instance, wipe: true });
        sandbox = await start();
    });

    after(() => stopSandbox({ instance, wipe: true }));

    it("stays the same when it is started again, twice at once", async () => {
        const { pid } = await runningNode();
        await Promise.all([start(), start()]);
        assert.equal((await runningNode()).pid, pid);
    });

    it("runs a Pod", async () => {
        const settled = ["--for=condition=Ready", "pod/kept", "--timeout=60s"];
        await kubectl(sandbox, "run", "kept", `--image=${pauseImage}`);
        await kubectl(sandbox, "wait", ...settled);
    });

    for (const { name } of components(node)) {
        it(`is ready again after kill -9 of ${name}`, async () => {
            const status = await readStatus(layout.status);
            const component = status?.components[name];
            assert(component?.pid !== undefined, `${name} runs`);
            await runOnNode(["kill", "-9", String(component.pid)], instance);
            const { restarts } = component;
            await waitForStatus(
                (now) => now.ready && (now.components[name]?.restarts ?? 0) > restarts,
            );
        });
    }

    it("has kept the Pod running through all that", async () => {
        const path = "{.status.containerStatuses[0].restartCount} {.status.phase}";
        const args = ["get", "pod", "kept", `--output=jsonpath=${path}`];
        assert.equal(await kubectl(sandbox, ...args), "0 Running");
    });

    it("comes back with all it had stored after its process 1 is killed", async () => {
        await kubectl(sandbox, "create", "configmap", "kept", "--from-literal=key=value");
        const file = join(sandbox.exportsDirectory, "export", "kept");
        writeFileSync(file, "value");
        const killed = await runningNode();
        const namespaces = namespacesOf(String(killed.pid));
        process.kill(killed.pid, "SIGKILL");
        while (existsSync(`/proc/${killed.pid}`)) {
            await sleep(20);
        }
        assert.deepEqual(inhabitants(namespaces), []);

        sandbox = await start();

        assert.notEqual((await runningNode()).pid, killed.pid);
        const args = ["get", "configmap", "kept", "--output=jsonpath={.data.key}"];
        assert.equal(await kubectl(sandbox, ...args), "value");
        assert.equal(readFileSync(file, "utf8"), "value");
    });

    it("leaves nothing on the machine but its folder when it is stopped", async () => {
        const namespaces = namespacesOf(String((await runningNode()).pid));
        assert.equal(namespaces.length, 3);
        assert.notDeepEqual(traces(), []);

        await stopSandbox({ instance });

        assert.deepEqual(traces(), []);
        assert.deepEqual(inhabitants(namespaces), []);
        assert.equal(existsSync(layout.state), true);
        assert.equal(await findNode(layout.state), undefined);
    });

    it("can be stopped when it isn't running", async () => {
        await stopSandbox({ instance });
        assert.deepEqual(traces(), []);
    });
});
