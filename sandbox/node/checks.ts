import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { apiServerPort, dnsServiceAddress } from "./addresses";
import { clusterObjects, probeName } from "./clusterObjects";
import type { Condition } from "./components";
import { kubeApi, type KubeApi } from "./kubeApi";
import { inNode } from "./layout";
import type { NodeSpec } from "./nodeSpec";

/** Looks at the node from inside it. */
export interface Checks {
    holds(condition: Condition): Promise<boolean>;
    /** Puts the cluster's own objects in place; false when the API server isn't ready for it. */
    applyObjects(): Promise<boolean>;
    /** What a ready node still lacks; `startedAt` tells since when a component runs. */
    notReady(startedAt: (component: string) => number): Promise<string[]>;
}

const timeout = 1000;

export async function checks(keys: string, node: NodeSpec): Promise<Checks> {
    const read = (name: string) => readFile(join(keys, name), "utf8");
    const api = kubeApi({
        host: "127.0.0.1",
        port: apiServerPort,
        authority: await read("authority.crt"),
        certificate: await read("admin.crt"),
        key: await read("admin.key"),
    });
    const conditions: Record<Condition, () => Promise<boolean>> = {
        "etcd answers": () => answers("http://127.0.0.1:2379/health"),
        "containerd answers": () => listens(inNode.containerdSocket.slice(1)),
        "the API server is ready": () => isOk(api, "/readyz"),
    };
    return {
        holds: (condition) => conditions[condition](),
        applyObjects: async () => {
            for (const { path, object } of clusterObjects()) {
                const answer = await api.apply(path, object).catch(() => ({ status: 0 }));
                if (answer.status !== 200 && answer.status !== 201) {
                    return false;
                }
            }
            return true;
        },
        notReady: async (startedAt) => {
            const results = await Promise.all([
                named("the API server", isOk(api, "/readyz")),
                named("kube-controller-manager", answers("https://127.0.0.1:10257/healthz")),
                named("kube-scheduler", answers("https://127.0.0.1:10259/healthz")),
                named("the node", nodeIsReady(api, node.name, startedAt("kubelet"))),
                named("cluster DNS", resolves()),
                named(
                    "service accounts",
                    isOk(api, "/api/v1/namespaces/default/serviceaccounts/default"),
                ),
            ]);
            return results.filter(({ good }) => !good).map(({ name }) => name);
        },
    };
}

async function named(
    name: string,
    check: Promise<boolean>,
): Promise<{ name: string; good: boolean }> {
    return { name, good: await check };
}

async function isOk(api: KubeApi, path: string): Promise<boolean> {
    try {
        return (await api.get(path)).status === 200;
    } catch {
        return false;
    }
}

/**
 * The stored condition may be from before a restart, so it counts only when this kubelet wrote it.
 */
export function isNodeReady(body: string, kubeletStartedAt: number): boolean {
    const node = JSON.parse(body) as {
        status?: { conditions?: { type: string; status: string; lastHeartbeatTime?: string }[] };
    };
    const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
    // The API keeps whole seconds.
    const earliest = Math.floor(kubeletStartedAt / 1000) * 1000;
    return (
        kubeletStartedAt > 0 &&
        ready?.status === "True" &&
        Date.parse(ready.lastHeartbeatTime ?? "") >= earliest
    );
}

async function nodeIsReady(api: KubeApi, name: string, startedAt: number): Promise<boolean> {
    try {
        const answer = await api.get(`/api/v1/nodes/${name}`);
        return answer.status === 200 && isNodeReady(answer.body, startedAt);
    } catch {
        return false;
    }
}

// Through the Service's address, as Pods ask: this needs kube-proxy's rules as well.
async function resolves(): Promise<boolean> {
    const resolver = new Resolver({ timeout, tries: 1 });
    resolver.setServers([dnsServiceAddress]);
    try {
        return (await resolver.resolve4(probeName)).length > 0;
    } catch {
        return false;
    }
}

function listens(socketPath: string): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect(socketPath);
        socket.once("connect", () => {
            socket.destroy();
            resolve(true);
        });
        socket.once("error", () => {
            resolve(false);
        });
    });
}

function answers(url: string): Promise<boolean> {
    return new Promise((resolve) => {
        // On loopback these two serve a certificate that they made up themselves.
        const sent = url.startsWith("https:")
            ? httpsRequest(url, { rejectUnauthorized: false, timeout })
            : httpRequest(url, { timeout });
        sent.on("response", (answer) => {
            answer.resume();
            resolve(answer.statusCode === 200);
        });
        sent.on("timeout", () => sent.destroy());
        sent.on("error", () => {
            resolve(false);
        });
        sent.on("close", () => {
            resolve(false);
        });
        sent.end();
    });
}
