import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { testCluster } from "../support/cluster";
import { Example } from "../support/example";
import { exportedDirectories, podUid, untilPodsReady } from "../support/pods";
import { exactly, until } from "../support/until";

describe("the example pages", () => {
    const pods = ["pages-0", "pages-1", "pages-2"] as const;
    let example: Example;
    let namespace: string;
    /** Of the Pods that came up first. */
    let firstUids: readonly string[];

    before(async () => {
        example = await Example.up("pages");
        namespace = await example.stack.output("namespace");
        firstUids = await uids();
    });

    after(async () => {
        await example.takeAway();
    });

    function uids(): Promise<string[]> {
        return Promise.all(pods.map((pod) => podUid(namespace, pod)));
    }

    function firstPage(ordinal: number): string {
        return `page of pages-${ordinal}, written by Pod ${firstUids[ordinal]}\n`;
    }

    /** What a client in the first Pod gets from an address. */
    async function page(host: string, port: number): Promise<string> {
        const request = `exec 3<>/dev/tcp/${host}/${port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
        const pod = ["-n", namespace, "pages-0", "-c", "nginx"];
        const args = ["exec", ...pod, "--", "bash", "-c", request];
        const answer = await testCluster().kubectl.run(args);
        assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
        return answer.slice(answer.indexOf("\r\n\r\n") + 4);
    }

    function pages(): Promise<string[]> {
        return Promise.all(pods.map((pod) => page(`${pod}.pages.${namespace}`, 8080)));
    }

    /** DNS may name a Pod's old address for as long as its answers live. */
    async function untilPages(...expected: string[]): Promise<void> {
        await until("each Pod serves its page", 30, async () =>
            exactly(JSON.stringify(expected), JSON.stringify(await pages())),
        );
    }

    /** Claim by claim, the directory on the export that is its volume. */
    async function directories(): Promise<Map<string, string>> {
        const claims = await testCluster().kubectl.list("pvc", "-n", namespace);
        return new Map(
            claims.map(({ metadata, spec }) => [
                metadata.name,
                `${namespace}-${metadata.name}-${String(spec["volumeName"])}`,
            ]),
        );
    }

    async function deletePods(): Promise<void> {
        const old = await uids();
        const args = ["delete", "pod", ...pods, "-n", namespace, "--wait=false"];
        await testCluster().kubectl.run(args);
        await untilPodsReady(namespace, pods, 90, old);
    }

    it("serves a page of its own from each Pod, by the Pod's name", async () => {
        assert.deepEqual(await pages(), [firstPage(0), firstPage(1), firstPage(2)]);
    });

    it("serves each of them by the Service for clients", async () => {
        const seenPages = new Set<string>();
        const expected = [firstPage(0), firstPage(1), firstPage(2)].join("");
        await until("the Service has reached every Pod", 60, async () => {
            seenPages.add(await page("any-page", 80));
            return exactly(expected, [...seenPages].sort().join(""));
        });
    });

    it("keeps each page in a directory named after namespace, claim and volume", async () => {
        const expected = await directories();
        assert.deepEqual([...expected.keys()], ["page-pages-0", "page-pages-1", "page-pages-2"]);
        const own = exportedDirectories().filter((path) => basename(path).startsWith(namespace));
        assert.deepEqual(own.map((path) => basename(path)).sort(), [...expected.values()]);
        for (const [ordinal, directory] of [...expected.values()].entries()) {
            const exported = join(testCluster().sandbox.exportsDirectory, "export", directory);
            assert.equal(readFileSync(join(exported, "index.html"), "utf8"), firstPage(ordinal));
        }
    });

    it("serves the same pages from the Pods that come after these", async () => {
        const before = await directories();
        await deletePods();
        await untilPages(firstPage(0), firstPage(1), firstPage(2));
        assert.deepEqual(await directories(), before);
    });

    it("keeps what is written into one volume, and the others as they were", async () => {
        const write = "echo 'a new page' > /pages/index.html";
        const pod = ["pages-1", "-n", namespace, "-c", "nginx"];
        const refused = await testCluster().kubectl.try(["exec", ...pod, "--", "sh", "-c", write]);
        assert.match(refused.stderr, /Read-only file system/); // nginx only reads
        const directory = (await directories()).get("page-pages-1") ?? "";
        const exported = join(testCluster().sandbox.exportsDirectory, "export", directory);
        writeFileSync(join(exported, "index.html"), "a new page\n");
        assert.deepEqual(await pages(), [firstPage(0), "a new page\n", firstPage(2)]);
        await deletePods();
        await untilPages(firstPage(0), "a new page\n", firstPage(2));
    });

    it("goes away by one command, with its volumes and their directories", async () => {
        await example.takeAway();
    });
});
