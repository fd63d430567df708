import assert from "node:assert/strict";
import { cutOff, forceDelete, lasting } from "../support/faults";
import { servingProcesses, signalAll } from "../support/processes";
import { namespace, Scene } from "../support/roles";
import { found, seen, until } from "../support/until";
import type { SeenPod } from "../support/witnesses/podFeed";

/** In which order the servers come back: the old primary, the replica that has all, and the one that lacks the newest. */
type Kind = "primary" | "full" | "behind";

const orders: readonly (readonly Kind[])[] = [
    ["behind", "full", "primary"],
    ["primary", "behind", "full"],
    ["full", "primary", "behind"],
];

describe("all Pods gone at once", () => {
    const scene = Scene.set();

    for (const order of orders) {
        it(`end with every acknowledged row when they come back as ${order.join(", ")}`, async () => {
            const { witnesses } = scene;
            const since = witnesses.mark();
            const primary = witnesses.primary();
            const [full, behind] = witnesses.replicas();
            assert.ok(full !== undefined && behind !== undefined);
            const pods = { primary, full, behind };

            // Commits go on with the acknowledgement of one replica.
            const heal = scene.undoLater(
                await cutOff(behind.address, [primary.address, full.address]),
            );
            await witnesses.untilAcknowledged(100, 30);
            const held = new Held(Object.values(pods), () => witnesses.pods());
            scene.undoLater(() => Promise.resolve(held.releaseAll()));
            await forceDelete(namespace, primary.name, full.name, behind.name);
            await held.untilAll();
            await heal();
            for (const kind of order) {
                held.release(pods[kind].name);
                // Time to do wrong.
                await lasting(2);
            }
            await witnesses.untilAcknowledged(20, 60);
            await scene.verify(since);
        });
    }

    it("and coming back as they may: the same", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        await forceDelete(namespace, ...witnesses.pods().map(({ name }) => name));
        await witnesses.untilAcknowledged(20, 90);
        await scene.verify(since);
    });
});

/** Holds each server of the Pods that take the place of these, before it answers, until it is let go. */
class Held {
    private readonly held = new Map<string, number[]>();
    private readonly released = new Set<string>();
    private readonly timer;

    constructor(
        private readonly old: readonly SeenPod[],
        private readonly pods: () => readonly SeenPod[],
    ) {
        this.timer = setInterval(() => this.look(), 30);
    }

    async untilAll(): Promise<void> {
        await until("all servers are held", 60, () =>
            Promise.resolve(
                this.held.size === this.old.length
                    ? found(undefined)
                    : seen([...this.held.keys()].join()),
            ),
        );
    }

    release(pod: string): void {
        this.released.add(pod);
        signalAll(this.held.get(pod) ?? [], "SIGCONT");
    }

    releaseAll(): void {
        clearInterval(this.timer);
        for (const pod of this.held.keys()) {
            if (!this.released.has(pod)) {
                this.release(pod);
            }
        }
    }

    private look(): void {
        for (const { name, uid } of this.pods()) {
            const isNew = !this.old.some((each) => each.uid === uid);
            if (isNew && !this.held.has(name) && !this.released.has(name)) {
                const ids = servingProcesses(uid);
                if (ids.length > 0) {
                    signalAll(ids, "SIGSTOP");
                    this.held.set(name, ids);
                }
            }
        }
    }
}
