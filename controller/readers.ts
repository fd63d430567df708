import type { PodSeen } from "./observation";

/** Remembers since when readers have been sent to each Pod, or not, by the clock of this process. */
export class Readers {
    private readonly known = new Map<string, { readonly reads: boolean; readonly since: number }>();

    constructor(private readonly now: () => number) {}

    /** Of the Pods that are there; the others are forgotten. */
    add(
        pods: Readonly<Record<string, Omit<PodSeen, "readsForMs">>>,
    ): Readonly<Record<string, PodSeen>> {
        const now = this.now();
        const uids = new Set(Object.values(pods).map(({ uid }) => uid));
        for (const uid of this.known.keys()) {
            if (!uids.has(uid)) {
                this.known.delete(uid);
            }
        }
        return Object.fromEntries(
            Object.entries(pods).map(([name, pod]) => {
                const { reads } = pod.labels;
                const before = this.known.get(pod.uid);
                const since = before?.reads === reads ? before.since : now;
                this.known.set(pod.uid, { reads, since });
                return [name, { ...pod, readsForMs: now - since }];
            }),
        );
    }

    forget(): void {
        this.known.clear();
    }
}
