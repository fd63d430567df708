import type { PodSeen } from "./observation";

/** Remembers since when each Pod has been without readers, by the clock of this process. */
export class Unread {
    private readonly since = new Map<string, number>();

    constructor(private readonly now: () => number) {}

    /** Of the Pods that are there; the others are forgotten. */
    add(
        pods: Readonly<Record<string, Omit<PodSeen, "unreadForMs">>>,
    ): Readonly<Record<string, PodSeen>> {
        const now = this.now();
        const uids = new Set(Object.values(pods).map(({ uid }) => uid));
        for (const uid of this.since.keys()) {
            if (!uids.has(uid)) {
                this.since.delete(uid);
            }
        }
        return Object.fromEntries(
            Object.entries(pods).map(([name, pod]) => {
                const since = pod.labels.reads ? now : (this.since.get(pod.uid) ?? now);
                this.since.set(pod.uid, since);
                return [name, { ...pod, unreadForMs: now - since }];
            }),
        );
    }

    forget(): void {
        this.since.clear();
    }
}
