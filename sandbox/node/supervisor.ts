import { type ChildProcess, spawn } from "node:child_process";
import { openSync, closeSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { components, type Component } from "./components";
import { checks, type Checks } from "./checks";
import { stopContainers } from "./containers";
import { layoutOf } from "./layout";
import { nodeSpec } from "./nodeSpec";
import { type ComponentStatus, type NodeStatus, writeStatus } from "./status";

// Runs inside the node's namespaces as the one child of init.sh, in place of a real node's systemd:
// starts every component, starts again what ends, and tells in the status file how things stand.

const [instance = ""] = process.argv.slice(2);
const node = nodeSpec(instance);
const layout = layoutOf(instance);

/** This process still sees the machine's files; init.sh has gone over to the node's. */
const nodeRoot = "/proc/1/root";
const pollMilliseconds = 200;
const steadyMilliseconds = 2000;
const longestPause = 5000;
/** A component that ran this long has started well; its next restart is immediate again. */
const settledMilliseconds = 10_000;
const stopMilliseconds = 5000;
const logLimit = 20 * 1024 * 1024;

interface Running extends ComponentStatus {
    startedAt: number;
    process?: ChildProcess;
}

const running = new Map<string, Running>();
let stopping = false;
let publishing = Promise.resolve();

async function main(): Promise<void> {
    // Unix sockets have short paths only: the node's are named from here.
    process.chdir(nodeRoot);
    process.on("SIGTERM", () => {
        void stop();
    });
    const states = await checks(layout.keys, node);
    for (const component of components(node)) {
        running.set(component.name, { restarts: 0, startedAt: 0 });
        void keepRunning(component, states);
    }
    let prepared = false;
    for (;;) {
        prepared ||= await states.applyObjects();
        const waitingFor = await states.notReady((name) => running.get(name)?.startedAt ?? 0);
        const isReady = prepared && waitingFor.length === 0 && allRun();
        await publish(isReady, waitingFor);
        await sleep(isReady ? steadyMilliseconds : pollMilliseconds);
    }
}

async function keepRunning(component: Component, states: Checks): Promise<void> {
    for (const condition of component.after) {
        while (!(await states.holds(condition))) {
            await sleep(pollMilliseconds);
        }
    }
    let pause = 0;
    while (!isStopping()) {
        const startedAt = Date.now();
        const lastExit = await runOnce(component);
        const state = running.get(component.name);
        running.set(component.name, {
            restarts: (state?.restarts ?? 0) + 1,
            startedAt: 0,
            lastExit: `${new Date().toISOString()} ${lastExit}`,
        });
        await publish(false, [component.name]);
        const settled = Date.now() - startedAt > settledMilliseconds;
        pause = settled ? 0 : Math.min(longestPause, pause * 2 + pollMilliseconds);
        await sleep(pause);
    }
}

function runOnce(component: Component): Promise<string> {
    const log = openLog(component.name);
    const child = spawn("chroot", [nodeRoot, ...component.command], {
        stdio: ["ignore", log, log],
        // Nothing of the machine's environment, proxies for one, is meant for the node.
        env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", HOME: "/root" },
    });
    closeSync(log);
    const state = running.get(component.name);
    running.set(component.name, {
        ...state,
        restarts: state?.restarts ?? 0,
        pid: child.pid,
        startedAt: Date.now(),
        process: child,
    });
    return new Promise((resolve) => {
        child.once("error", (error) => {
            resolve(error.message);
        });
        child.once("exit", (code, signal) => {
            resolve(signal ?? `code ${code}`);
        });
    });
}

function openLog(name: string): number {
    const path = join(layout.logs, `${name}.log`);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > logLimit) {
        renameSync(path, `${path}.1`);
    }
    return openSync(path, "a", 0o600);
}

function allRun(): boolean {
    return [...running.values()].every((state) => state.pid !== undefined);
}

// Changes while others await, which the compiler can't see.
function isStopping(): boolean {
    return stopping;
}

// One write after the other: the file is replaced by a rename of one temporary name.
function publish(ready: boolean, waitingFor: string[]): Promise<void> {
    const status: NodeStatus = {
        ready: ready && !stopping,
        stopping,
        waitingFor,
        components: Object.fromEntries(
            [...running].map(([name, { pid, restarts, lastExit }]) => [
                name,
                { pid, restarts, lastExit },
            ]),
        ),
    };
    publishing = publishing.then(() => writeStatus(layout.status, status));
    return publishing;
}

// The kubelet first, or it would start again what is being stopped; etcd last.
async function stop(): Promise<void> {
    if (stopping) {
        return;
    }
    stopping = true;
    await publish(false, []);
    await endComponents(["kubelet"]);
    await stopContainers();
    await endComponents([...running.keys()].filter((name) => name !== "etcd"));
    await endComponents(["etcd"]);
    process.exit(0);
}

async function endComponents(names: string[]): Promise<void> {
    const deadline = Date.now() + stopMilliseconds;
    const alive = () => names.filter((name) => running.get(name)?.pid !== undefined);
    for (const name of alive()) {
        running.get(name)?.process?.kill("SIGTERM");
    }
    while (alive().length > 0 && Date.now() < deadline) {
        await sleep(20);
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
});
