import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { V1ConfigMap } from "@kubernetes/client-node/dist/gen/models/V1ConfigMap.js";
import type { V1Pod } from "@kubernetes/client-node/dist/gen/models/V1Pod.js";
import { connectApi, inClusterUrl } from "../../controller/cluster/transport";

const podKind = { apiVersion: "v1", kind: "Pod" };
const mysql0 = { ...podKind, metadata: { name: "mysql-0", namespace: "ns" } };

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
        return connectApi(`https://127.0.0.1:${port}`, 250, trusted);
    }

    it("lists with a selector, and reads times as times", async () => {
        const asked: unknown[] = [];
        const api = await served((request, response) => {
            asked.push(request.method, request.url);
            const items = [{ metadata: { creationTimestamp: "2026-01-02T03:04:05Z" } }];
            response.end(JSON.stringify({ apiVersion: "v1", kind: "PodList", items }));
        });
        const [pod] = await api.listSelected<V1Pod>(podKind, "ns", "mysqlnfs/service=mysql");
        assert.deepEqual(pod?.metadata?.creationTimestamp, new Date("2026-01-02T03:04:05Z"));
        assert.deepEqual(asked, [
            "GET",
            "/api/v1/namespaces/ns/pods?labelSelector=mysqlnfs%2Fservice%3Dmysql",
        ]);
    });

    it("asks for each kind where it is, and never what there is", async () => {
        const asked: unknown[] = [];
        const api = await served((request, response) => {
            asked.push(request.url);
            response.end("{}");
        });
        for (const [apiVersion, kind] of [
            ["v1", "ConfigMap"],
            ["v1", "Pod"],
            ["v1", "Event"],
            ["apps/v1", "StatefulSet"],
            ["coordination.k8s.io/v1", "Lease"],
        ]) {
            await api.read({ apiVersion, kind, metadata: { name: "x", namespace: "ns" } });
        }
        assert.deepEqual(asked, [
            "/api/v1/namespaces/ns/configmaps/x",
            "/api/v1/namespaces/ns/pods/x",
            "/api/v1/namespaces/ns/events/x",
            "/apis/apps/v1/namespaces/ns/statefulsets/x",
            "/apis/coordination.k8s.io/v1/namespaces/ns/leases/x",
        ]);
        const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } };
        await assert.rejects(api.read(secret), /Unrecognized API version and kind: v1 Secret/);
    });

    it("reads the token anew for each request", async () => {
        const tokens: unknown[] = [];
        const api = await served((request, response) => {
            tokens.push(request.headers.authorization);
            response.end("{}");
        });
        await api.read(mysql0);
        writeFileSync(join(credentials, "token"), "second\n");
        await api.read(mysql0);
        assert.deepEqual(tokens, ["Bearer first", "Bearer second"]);
    });

    it("sends a merge patch as one, whatever letters are in it, with what is to go", async () => {
        let sent: object = {};
        const api = await served((request, response) => {
            void text(request).then((body) => {
                const { method, url, headers } = request;
                sent = { method, url, type: headers["content-type"], body: JSON.parse(body) };
                response.end(body);
            });
        });
        const part = {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "mysql-topology", namespace: "ns", resourceVersion: "7" },
            data: { truth: "é", obsolete: null },
        };
        const { data } = await api.mergePatch<V1ConfigMap>(part, "mysql-controller");
        assert.deepEqual(sent, {
            method: "PATCH",
            url: "/api/v1/namespaces/ns/configmaps/mysql-topology?fieldManager=mysql-controller",
            type: "application/merge-patch+json",
            body: part,
        });
        assert.deepEqual(data, { truth: "é", obsolete: null });
    });

    it("sends the conditions of a deletion, and goes on with the same connection", async () => {
        const sent: unknown[] = [];
        const sockets = new Set<unknown>();
        const api = await served((request, response) => {
            sockets.add(request.socket);
            void text(request).then((body) => {
                sent.push(request.method, body);
                response.end("{}");
            });
        });
        await api.deleteIf(mysql0, { uid: "u" });
        await api.read(mysql0);
        assert.deepEqual(sent, ["DELETE", '{"preconditions":{"uid":"u"}}', "GET", ""]);
        assert.equal(sockets.size, 1);
    });

    it("says with which code and why it was refused", async () => {
        const api = await served((_, response) => {
            response.statusCode = 404;
            response.end(JSON.stringify({ kind: "Status", message: "not there" }));
        });
        await assert.rejects(
            api.read(mysql0),
            (error: { code: number; body: string }) =>
                error.code === 404 && error.body.includes("not there"),
        );
    });

    it("gives up a server that doesn't answer, and one that hangs up", async () => {
        const silent = await served(() => undefined);
        await assert.rejects(silent.read(mysql0), /aborted/);
        const leaving = await served((request) => void request.socket.destroy());
        await assert.rejects(leaving.read(mysql0), /socket hang up/);
    });

    it("trusts no server that the cluster's authority did not sign", async () => {
        const other = mkdtempSync(join(tmpdir(), "account-"));
        try {
            makeCertificate(other);
            writeFileSync(join(other, "token"), "first");
            let isAsked = false;
            const api = await served(() => (isAsked = true), other);
            await assert.rejects(api.read(mysql0), /self-signed certificate/);
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
