import { instance, testCluster } from "./cluster";
import type { Undo } from "./faults";
import type { KubeObject } from "./kubectl";
import type { LogLine } from "./nodeLogs";
import { NodeLogs } from "./nodeLogs";
import type { Settings } from "./stack";
import { TestStack } from "./stack";
import { found, seen, until } from "./until";
import type { Expected } from "./witnesses/verify";
import { untilSettled } from "./witnesses/settled";
import { verify } from "./witnesses/verify";
import { Witnesses } from "./witnesses/witnesses";

// One stack for all tests of roles. A test that changes it puts it back as it was.

export const namespace = "mysql-nfs-roles";

/** Low, so that reads that are too old would be noticed. */
const lagBoundSeconds = 5;

/** With room for a volume that is memory. */
export const settings: Settings = {
    mysqlPods: 3,
    lagBoundSeconds,
    mysqlResources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
};

let bringingUp: Promise<TestStack> | undefined;

export function rolesStack(): Promise<TestStack> {
    return (bringingUp ??= bringUp());
}

async function bringUp(): Promise<TestStack> {
    const stack = await TestStack.open("roles", settings);
    await stack.mustUp();
    return stack;
}

/** The Pods of its controller. */
export async function controllers(): Promise<readonly KubeObject[]> {
    const pods = await testCluster().kubectl.list("pods", "-n", namespace);
    return pods.filter(({ metadata }) => metadata.name.startsWith("mysql-controller-"));
}

/** A cluster under witnesses, for the tests of one describe(). */
export class Scene {
    private known: { stack: TestStack; witnesses: Witnesses } | undefined;
    private readonly undoes: Undo[] = [];

    /** Sets the hooks of the describe() that it is called in. */
    static set(): Scene {
        const scene = new Scene();
        before("the cluster is up, and witnesses stand by", async () => {
            const stack = await rolesStack();
            const { kubectl } = testCluster();
            const witnesses = await Witnesses.start({ kubectl, instance, namespace });
            scene.known = { stack, witnesses };
            await untilSettled(witnesses, 3, 120);
        });
        afterEach("faults end", async () => {
            for (const undo of scene.undoes.splice(0).reverse()) {
                await undo();
            }
        });
        after("the witnesses leave", async () => {
            await scene.known?.witnesses.stop();
        });
        return scene;
    }

    get stack(): TestStack {
        return this.parts.stack;
    }

    get witnesses(): Witnesses {
        return this.parts.witnesses;
    }

    /** Called after the test, if not before. */
    undoLater(undo: Undo): Undo {
        this.undoes.push(undo);
        return undo;
    }

    /** What a container of those Pods writes from now on, to the end of the test. */
    async follow(
        podPrefix: string,
        container: string,
        onLine?: (line: LogLine) => void,
    ): Promise<NodeLogs> {
        const log = await NodeLogs.follow(namespace, podPrefix, container, onLine);
        this.undoLater(() => Promise.resolve(log.stop()));
        return log;
    }

    /** Waits until another Pod takes the writes, and they flow. */
    async untilPrimaryIsNot(name: string, seconds: number): Promise<void> {
        const { witnesses } = this;
        await until(`another than ${name} is the primary`, seconds, () => {
            const primaries = witnesses.pods().filter(({ role }) => role === "primary");
            const names = primaries.map((each) => each.name).join();
            return Promise.resolve(
                names !== "" && !names.includes(name) ? found(undefined) : seen(names),
            );
        });
        await witnesses.untilAcknowledged(20, 30);
    }

    /** What must hold after every fault. */
    verify(since: number, expected: Partial<Expected> = {}): Promise<void> {
        return verify(this.witnesses, since, { namespace, pods: 3, lagBoundSeconds, ...expected });
    }

    async serverUuid(pod: string): Promise<string> {
        const [row] = await this.witnesses.ask(pod, "SELECT @@server_uuid");
        return row?.[0] ?? "";
    }

    /** Waits until a Pod's server is no longer the one that it was. */
    async untilAnotherServer(pod: string, server: string): Promise<void> {
        await until(`${pod} has copied another`, 90, async () => {
            const now = await this.serverUuid(pod);
            return now === server ? seen("it hasn't") : found(undefined);
        });
    }

    private get parts() {
        if (this.known === undefined) {
            throw new Error("the scene is set only inside of tests");
        }
        return this.known;
    }
}
