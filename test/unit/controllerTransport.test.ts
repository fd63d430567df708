import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setHeaderOptions } from "@kubernetes/client-node/dist/middleware.js";
import { PatchStrategy } from "@kubernetes/client-node/dist/patch.js";
import { connectApis, inClusterUrl } from "../../controller/cluster/transport";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe("the controller's way to the API server", () => {
    let credentials: string;
    const servers: ReturnType<typeof createServer>[] = [];

    before(() => {
        credentials = mkdtempSync(join(tmpdir(), "account-"));
        makeCertificate(credentials);
        writeFileSync(join(credentials, "token"), "first\n");
    });

    afterEach(() => {
        servers.splice(0).forEach((server) => {
            server.closeAllConnections();
            server.close();
        });
    });

    after(() => {
        rmSync(credentials, { recursive: true });
    });

    async function served(answer: Answer, trusted = credentials) {
        const [key, cert] = [join(credentials, "key"), join(credentials, "ca.crt")];
        const server = createServer(
            { key: readFileSync(key), cert: readFileSync(cert) },
            (request, response) => {
                response.setHeader("Content-Type", "application/json");
                answer(request, response);
            },
        );
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        return connectApis(`https://127.0.0.1:${port}`, 250, trusted);
    }

    it("lists with a selector, and reads times as times", async () => {
        const asked: unknown[] = [];
        const { core } = await served((request, response) => {
            asked.push(request.method, request.url);
            const creationTimestamp = "2026-01-02T03:04:05Z";
            response.end(JSON.stringify({ items: [{ metadata: { creationTimestamp } }] }));
        });
        const labelSelector = "mysqlnfs/service=mysql";
        const { items } = await core.listNamespacedPod({ namespace: "ns", labelSelector });
        assert.deepEqual(items[0]?.metadata?.creationTimestamp, new Date("2026-01-02T03:04:05Z"));
        assert.deepEqual(asked, [
            "GET",
            "/api/v1/namespaces/ns/pods?labelSelector=mysqlnfs%2Fservice%3Dmysql",
        ]);
    });

    it("reads the token anew for each request", async () => {
        const tokens: unknown[] = [];
        const { coordination } = await served((request, response) => {
            tokens.push(request.headers.authorization);
            response.end("{}");
        });
        const lease = { name: "mysql-controller", namespace: "ns" };
        await coordination.readNamespacedLease(lease);
        writeFileSync(join(credentials, "token"), "second\n");
        await coordination.readNamespacedLease(lease);
        assert.deepEqual(tokens, ["Bearer first", "Bearer second"]);
    });

    it("sends a merge patch as one, whatever letters are in it", async () => {
        let sent = {};
        const { core } = await served((request, response) => {
            void text(request).then((body) => {
                sent = { type: request.headers["content-type"], body };
                response.end(body);
            });
        });
        const { data } = await core.patchNamespacedConfigMap(
            { name: "mysql-topology", namespace: "ns", body: { data: { truth: "é" } } },
            setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
        );
        assert.deepEqual(sent, {
            type: "application/merge-patch+json",
            body: '{"data":{"truth":"é"}}',
        });
        assert.deepEqual(data, { truth: "é" });
    });

    it("sends the conditions of a deletion, and goes on with the same connection", async () => {
        const sent: unknown[] = [];
        const sockets = new Set<unknown>();
        const { core } = await served((request, response) => {
            sockets.add(request.socket);
            void text(request).then((body) => {
                sent.push(request.method, body);
                response.end("{}");
            });
        });
        const body = { preconditions: { uid: "u" } };
        await core.deleteNamespacedPod({ name: "mysql-0", namespace: "ns", body });
        await core.listNamespacedPod({ namespace: "ns" });
        assert.deepEqual(sent, ["DELETE", '{"preconditions":{"uid":"u"}}', "GET", ""]);
        assert.equal(sockets.size, 1);
    });

    it("says with which code and why it was refused", async () => {
        const { apps } = await served((_, response) => {
            response.statusCode = 404;
            response.end(JSON.stringify({ kind: "Status", message: "not there" }));
        });
        await assert.rejects(
            apps.readNamespacedStatefulSet({ name: "mysql", namespace: "ns" }),
            (error: { code: number; body: string }) =>
                error.code === 404 && error.body.includes("not there"),
        );
    });

    it("gives up a server that doesn't answer, and one that hangs up", async () => {
        const pod = { name: "mysql-0", namespace: "ns" };
        const silent = await served(() => undefined);
        await assert.rejects(silent.core.readNamespacedPod(pod), /aborted/);
        const leaving = await served((request) => void request.socket.destroy());
        await assert.rejects(leaving.core.readNamespacedPod(pod), /socket hang up/);
    });

    it("trusts no server that the cluster's authority did not sign", async () => {
        const other = mkdtempSync(join(tmpdir(), "account-"));
        try {
            makeCertificate(other);
            writeFileSync(join(other, "token"), "first");
            let isAsked = false;
            const { core } = await served(() => (isAsked = true), other);
            await assert.rejects(
                core.readNamespacedPod({ name: "mysql-0", namespace: "ns" }),
                /self-signed certificate/,
            );
            assert.equal(isAsked, false);
        } finally {
            rmSync(other, { recursive: true });
        }
    });

    it("goes where the kubelet says, over IPv6 too", () => {
        assert.equal(
            inClusterUrl({ KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "6443" }),
            "https://10.0.0.1:6443",
        );
        assert.equal(
            inClusterUrl({ KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" }),
            "https://[fd00::1]:443",
        );
    });
});

function makeCertificate(directory: string): void {
    const files = ["-keyout", join(directory, "key"), "-out", join(directory, "ca.crt")];
    const names = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...kind, ...files, ...names, "-days", "2"], {
        stdio: "ignore",
    });
}
