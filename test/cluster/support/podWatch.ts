import { spawn } from "node:child_process";
import { testCluster } from "./cluster";
import type { KubeObject } from "./kubectl";
import { isReady } from "./pods";
import { exactly, until } from "./until";

interface PodEvent {
    readonly type: string;
    readonly object: KubeObject;
}

/** Writes down, in its order, what happens to Pods: "start a-0", "ready a-0", "stop a-0", "gone a-0". */
export class PodWatch {
    private happenings: string[] = [];
    private readonly known = new Set<string>();
    private unread = "";
    private readonly child;

    /** From now on: nothing is missed, however long the connection takes. */
    static async start(): Promise<PodWatch> {
        const list = await testCluster().kubectl.run(["get", "--raw", "/api/v1/pods?limit=1"]);
        const { metadata } = JSON.parse(list) as { metadata: { resourceVersion: string } };
        return new PodWatch(metadata.resourceVersion);
    }

    private constructor(resourceVersion: string) {
        const { kubectl, sandbox } = testCluster();
        const path = `/api/v1/pods?watch=1&resourceVersion=${resourceVersion}`;
        const args = ["--kubeconfig", sandbox.kubeconfigPath, "get", "--raw", path];
        this.child = spawn(kubectl.program, args, { stdio: ["ignore", "pipe", "ignore"] });
        this.child.stdout.setEncoding("utf8").on("data", (part: string) => {
            const lines = (this.unread + part).split("\n");
            this.unread = lines.pop() ?? "";
            lines.forEach((line) => this.note(JSON.parse(line) as PodEvent));
        });
    }

    private note({ type, object }: PodEvent): void {
        const { name, uid, deletionTimestamp } = object.metadata;
        const facts = {
            start: type === "ADDED",
            ready: isReady(object),
            stop: deletionTimestamp !== undefined,
            gone: type === "DELETED",
        };
        for (const [fact, isTrue] of Object.entries(facts)) {
            if (isTrue && !this.known.has(`${fact} ${uid}`)) {
                this.known.add(`${fact} ${uid}`);
                this.happenings.push(`${fact} ${name}`);
            }
        }
    }

    /** What happened to the Pods of a StatefulSet since it was last forgotten. */
    of(statefulSet: string): string[] {
        const own = new RegExp(` ${statefulSet}-\\d+$`);
        return this.happenings.filter((each) => own.test(each));
    }

    /** Waits for what is to happen to the Pods of a StatefulSet, neither more nor less. */
    async untilExactly(
        statefulSet: string,
        expected: readonly string[],
        inOrder: (happenings: readonly string[]) => string[] = (all) => [...all],
    ): Promise<void> {
        await until(`the Pods of ${statefulSet}: ${expected.join(", ")}`, 60, () =>
            Promise.resolve(exactly(expected.join(), inOrder(this.of(statefulSet)).join())),
        );
    }

    forget(): void {
        this.happenings = [];
    }

    stop(): void {
        this.child.kill();
    }
}

/** With what happens to several Pods at once in the order of their names. */
export function sortedWithin(happenings: readonly string[]): string[] {
    const verb = (each = "") => each.split(" ")[0];
    return happenings
        .reduce<string[][]>((groups, each) => {
            const last = groups.at(-1);
            return last !== undefined && verb(last[0]) === verb(each)
                ? [...groups.slice(0, -1), [...last, each]]
                : [...groups, [each]];
        }, [])
        .flatMap((group) => [...group].sort());
}
