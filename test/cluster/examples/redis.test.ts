import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { Example } from "../support/example";
import { isReady, untilPodsReady } from "../support/pods";
import { found, seen, until } from "../support/until";

describe("the example redis", () => {
    const pods = ["cache-0", "redis-0", "redis-1"] as const;
    let example: Example;
    let namespace: string;

    before(async () => {
        example = await Example.up("redis");
        namespace = await example.stack.output("namespace");
    });

    after(async () => {
        await example.takeAway();
    });

    function kubectl(...args: string[]): Promise<string> {
        return testCluster().kubectl.run(["-n", namespace, ...args]);
    }

    /** What redis-cli in one Pod gets from the server at another address, or at its own. */
    async function redis(pod: string, words: string[], host = "127.0.0.1"): Promise<string> {
        const client = ["redis-cli", "-e", "-h", host, ...words];
        return (await kubectl("exec", pod, "--", ...client)).trim();
    }

    /** Names, uids and addresses of the Pods; they are all ready. */
    async function readyPods(): Promise<Map<string, { uid: string; address: string }>> {
        const ready = (await testCluster().kubectl.list("pods", "-n", namespace)).filter(isReady);
        return new Map(
            ready.map(({ metadata, status }) => {
                const address = String(status?.["podIP"]);
                return [metadata.name, { uid: metadata.uid, address }];
            }),
        );
    }

    async function uids(): Promise<string[]> {
        return [...(await readyPods()).values()].map(({ uid }) => uid);
    }

    /** What makes each claim the same one as before. */
    async function claims(): Promise<string[][]> {
        const found = await testCluster().kubectl.list("pvc", "-n", namespace);
        return found.map(({ metadata, spec }) => [
            metadata.name,
            metadata.uid,
            String(spec["volumeName"]),
        ]);
    }

    /** Each server by its Pod's name tells which Pod it is; DNS may name an old one as long as its answers live. */
    async function assertNames(): Promise<void> {
        for (const [pod, { address }] of await readyPods()) {
            const service = pod.replace(/-\d+$/, "");
            const names = [`${pod}.${service}.${namespace}`, `${pod}.${service}`];
            for (const name of [...names, `${names[0]}.svc.cluster.local`]) {
                await until(`${name} is ${pod}`, 20, async () => {
                    const answer = await redis("cache-0", ["-t", "2", "client", "info"], name);
                    return answer.includes(` laddr=${address}:6379 `) ? found(true) : seen(answer);
                });
            }
        }
    }

    async function write(value: string): Promise<void> {
        for (const pod of pods) {
            assert.equal(await redis(pod, ["set", "written", `${value} on ${pod}`]), "OK");
        }
    }

    /** Only the Pods with a claim still know what was written before. */
    async function assertKept(value: string): Promise<void> {
        const read = await Promise.all(pods.map((pod) => redis(pod, ["get", "written"])));
        assert.deepEqual(read, ["", `${value} on redis-0`, `${value} on redis-1`]);
    }

    it("prints its outputs, what to look at and how it goes away", () => {
        assert.match(example.printed, new RegExp(`^ {2}namespace {2}${namespace}$`, "m"));
        const first = `redis-0.redis.${namespace}.svc.cluster.local`;
        assert.match(example.printed, new RegExp(`^ {2}redisPods {2}${first}$`, "m"));
        assert.match(example.printed, /^ {2}alias kubectl='.*\/kubectl --kubeconfig .*'$/m);
        assert.match(
            example.printed,
            new RegExp(`^ {2}kubectl -n ${namespace} delete pod redis-0 cache-0$`, "m"),
        );
        assert.match(example.printed, /^ {2}npm run example -- redis --destroy$/m);
    });

    it("has a claim for each Pod of redis, as asked for, and none for cache", async () => {
        const found = await testCluster().kubectl.list("pvc", "-n", namespace);
        const shapes = found.map(({ metadata, spec }) => [metadata.name, spec]);
        const shape = {
            accessModes: ["ReadWriteMany"],
            resources: { requests: { storage: "100Mi" } },
            storageClassName: "redis-example-redis-sandbox",
            volumeMode: "Filesystem",
        };
        const volumes = (await claims()).map(([, , volumeName]) => volumeName);
        assert.deepEqual(shapes, [
            ["data-redis-0", { ...shape, volumeName: volumes[0] }],
            ["data-redis-1", { ...shape, volumeName: volumes[1] }],
        ]);
        for (const [claim, , volumeName = ""] of await claims()) {
            const volume = await testCluster().kubectl.get("pv", volumeName);
            const { storageClassName, nfs } = (volume?.spec ?? {}) as Record<string, unknown>;
            assert.equal(storageClassName, "redis-example-redis-sandbox");
            const path = `/export/${namespace}-${claim}-${volumeName}`;
            assert.deepEqual(nfs, { server: "10.88.0.1", path });
        }
    });

    it("names each Pod in DNS", async () => {
        assert.deepEqual([...(await readyPods()).keys()].sort(), [...pods]);
        await assertNames();
    });

    it("keeps the data of a Pod with a claim when the Pod is deleted, and loses the other's", async () => {
        await write("before the deletion");
        const [old, sameClaims] = [await uids(), await claims()];
        await kubectl("delete", "pod", ...pods, "--wait=false");
        await untilPodsReady(namespace, pods, 90, old);
        await assertKept("before the deletion");
        assert.deepEqual(await claims(), sameClaims);
        await assertNames();
    });

    it("keeps Pods' names, claims and data over a rollout restart, and loses data without a claim", async () => {
        await write("before the restart");
        const [old, sameClaims] = [await uids(), await claims()];
        await kubectl("rollout", "restart", "sts/redis", "sts/cache");
        for (const name of ["redis", "cache"]) {
            await kubectl("rollout", "status", `sts/${name}`, "--timeout=120s");
        }
        await untilPodsReady(namespace, pods, 30, old);
        await assertKept("before the restart");
        assert.deepEqual(await claims(), sameClaims);
        await assertNames();
    });

    it("is as its program says after all that", async () => {
        assert.deepEqual(Object.keys((await example.stack.preview()).changes), ["same"]);
    });

    it("goes away by one command, with its volumes and their directories", async () => {
        await example.takeAway();
    });
});
