import { spawn } from "node:child_process";
import type { Kubectl, KubeObject } from "../kubectl";

/** A cluster's Pod, as the API server last told. */
export interface SeenPod {
    readonly name: string;
    readonly uid: string;
    /** Empty while it has none. */
    readonly address: string;
    readonly role: string | undefined;
    readonly reads: boolean;
    readonly isReady: boolean;
    readonly isLeaving: boolean;
}

const pauseMs = 200;

/** Keeps the list of a cluster's Pods, also over a time without an API server. */
export class PodFeed {
    private readonly pods = new Map<string, SeenPod>();
    private isStopped = false;
    private watching: { kill: () => void } | undefined;

    static async start(
        kubectl: Kubectl,
        namespace: string,
        cluster: string,
        onChange: (pods: readonly SeenPod[]) => void,
    ): Promise<PodFeed> {
        const feed = new PodFeed(kubectl, namespace, cluster, onChange);
        const version = await feed.list();
        void feed.keep(version);
        return feed;
    }

    private constructor(
        private readonly kubectl: Kubectl,
        private readonly namespace: string,
        private readonly cluster: string,
        private readonly onChange: (pods: readonly SeenPod[]) => void,
    ) {}

    /** In the order of their names. */
    now(): readonly SeenPod[] {
        return [...this.pods.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    }

    stop(): void {
        this.isStopped = true;
        this.watching?.kill();
    }

    private get path(): string {
        const selector = encodeURIComponent(`mysqlnfs/service=${this.cluster}`);
        return `/api/v1/namespaces/${this.namespace}/pods?labelSelector=${selector}`;
    }

    private async list(): Promise<string> {
        const text = await this.kubectl.run(["get", "--raw", this.path]);
        const { items, metadata } = JSON.parse(text) as {
            items: KubeObject[];
            metadata: { resourceVersion: string };
        };
        this.pods.clear();
        items.forEach((each) => this.pods.set(each.metadata.uid, seenPod(each)));
        this.onChange(this.now());
        return metadata.resourceVersion;
    }

    private async keep(first: string): Promise<void> {
        let version: string | undefined = first;
        while (!this.isStopped) {
            version ??= await this.list().catch(() => undefined);
            if (version !== undefined) {
                await this.watch(version);
            }
            version = undefined;
            await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
    }

    private watch(version: string): Promise<void> {
        const path = `${this.path}&watch=1&resourceVersion=${version}`;
        const child = spawn(this.kubectl.program, this.kubectl.arguments("get", "--raw", path), {
            stdio: ["ignore", "pipe", "ignore"],
        });
        this.watching = child;
        let unread = "";
        child.stdout.setEncoding("utf8").on("data", (part: string) => {
            const lines = (unread + part).split("\n");
            unread = lines.pop() ?? "";
            lines.forEach((line) => this.note(JSON.parse(line) as PodEvent));
        });
        return new Promise((resolve) => child.once("close", () => resolve()));
    }

    private note({ type, object }: PodEvent): void {
        if (type === "DELETED") {
            this.pods.delete(object.metadata.uid);
        } else if (type === "ADDED" || type === "MODIFIED") {
            this.pods.set(object.metadata.uid, seenPod(object));
        }
        this.onChange(this.now());
    }
}

interface PodEvent {
    readonly type: string;
    readonly object: KubeObject;
}

function seenPod({ metadata, status }: KubeObject): SeenPod {
    const { podIP = "", conditions = [] } = (status ?? {}) as {
        podIP?: string;
        conditions?: readonly { readonly type: string; readonly status: string }[];
    };
    return {
        name: metadata.name,
        uid: metadata.uid,
        address: podIP,
        role: metadata.labels?.["role"],
        reads: metadata.labels?.["reads"] === "true",
        isReady: conditions.some(({ type, status: is }) => type === "Ready" && is === "True"),
        isLeaving: metadata.deletionTimestamp !== undefined,
    };
}
