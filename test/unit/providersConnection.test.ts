import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import { UNKNOWN } from "../../sandbox/providers/plugin/values";
import { diffSettings, readSettings } from "../../sandbox/providers/kubernetes/configuration";
import { connect } from "../../sandbox/providers/kubernetes/connecting";
import {
    ApiError,
    explainConflict,
    explainExisting,
    isImmutableField,
} from "../../sandbox/providers/kubernetes/errors";
import { keepIgnored } from "../../sandbox/providers/kubernetes/ignoring";
import {
    ambientKubeconfig,
    connectionOf,
    parseKubeconfig,
} from "../../sandbox/providers/kubernetes/kubeconfig";
import {
    adoptFields,
    fieldManagerName,
    forcesConflicts,
} from "../../sandbox/providers/kubernetes/ownership";

function kubeconfig(name: string, server: string): string {
    return JSON.stringify({
        "current-context": name,
        contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-space` } }],
        clusters: [{ name, cluster: { server, "certificate-authority": "ca.pem" } }],
        users: [{ name, user: { token: "t" } }],
    });
}

const settings = (variables: Record<string, string>, environment: NodeJS.ProcessEnv = {}) =>
    readSettings(
        new Map(
            Object.entries(variables).map(([key, value]) => [`kubernetes:config:${key}`, value]),
        ),
        environment,
    );

describe("provider stand-in: settings", () => {
    it("takes the provider's own word before the environment's", () => {
        const environment = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
        assert.equal(settings({}, environment).upsertExistingObjects, true);
        const own = settings({ upsertExistingObjects: "false" }, environment);
        assert.equal(own.upsertExistingObjects, false);
        assert.equal(settings({}).configMapsMutable, false);
        assert.equal(settings({ enableConfigMapMutable: "true" }).configMapsMutable, true);
    });

    it("refuses what it can't do, naming the setting and the remedy", () => {
        assert.throws(
            () => settings({ enableServerSideApply: "false" }),
            /^Error: kubernetes:enableServerSideApply=false needs the official kubernetes plugin: install it/,
        );
        assert.throws(
            () => settings({ renderYamlToDirectory: "out" }),
            /kubernetes:renderYamlToDirectory/,
        );
    });

    it("replaces everything when the settings lead to another cluster, and only then", () => {
        const olds = { kubeconfig: kubeconfig("a", "https://one") };
        assert.deepEqual(diffSettings(olds, olds), { changed: false });
        assert.deepEqual(diffSettings(olds, { ...olds, namespace: "x" }), {
            changed: true,
            replaces: [],
        });
        const moved = { kubeconfig: kubeconfig("a", "https://two") };
        assert.deepEqual(diffSettings(olds, moved), { changed: true, replaces: ["kubeconfig"] });
        assert.deepEqual(diffSettings(olds, { kubeconfig: UNKNOWN }), {
            changed: true,
            replaces: ["kubeconfig"],
        });
    });
});

describe("provider stand-in: kubeconfig", () => {
    let directory = "";
    before(() => {
        directory = mkdtempSync(join(tmpdir(), "kubeconfig-"));
        writeFileSync(join(directory, "a"), kubeconfig("a", "https://one"));
        writeFileSync(join(directory, "b"), kubeconfig("b", "https://two"));
    });
    after(() => rmSync(directory, { recursive: true }));

    it("reads a file or its content, and looks for files beside it", () => {
        const fromFile = connectionOf(parseKubeconfig(join(directory, "a")), {});
        assert.equal(fromFile.server, "https://one");
        assert.equal(fromFile.namespace, "a-space");
        assert.equal(fromFile.cluster["certificate-authority"], join(directory, "ca.pem"));
        const content =
            "current-context: x\ncontexts:\n- name: x\n  context: {cluster: c}\n" +
            "clusters:\n- name: c\n  cluster: {server: 'https://three'}\n";
        assert.deepEqual(connectionOf(parseKubeconfig(content), {}), {
            server: "https://three",
            namespace: "default",
            cluster: { server: "https://three" },
            user: {},
        });
    });

    it("merges the files of KUBECONFIG, the first one's word first", () => {
        const KUBECONFIG = ["a", "b", "missing"].map((name) => join(directory, name)).join(":");
        const merged = ambientKubeconfig({ KUBECONFIG });
        assert.equal(connectionOf(merged, {}).server, "https://one");
        assert.equal(connectionOf(merged, { context: "b" }).server, "https://two");
    });

    it("says which context does not exist, or that there is nothing to connect to", async () => {
        const config = parseKubeconfig(join(directory, "a"));
        assert.throws(
            () => connectionOf(config, { context: "nope" }),
            /context "nope" does not exist/,
        );
        const KUBECONFIG = join(directory, "missing");
        const target = connect(settings({}), { KUBECONFIG });
        assert.match(
            (await target.unreachable()) ?? "",
            /^unable to load Kubernetes client configuration .*invalid configuration: no configuration/s,
        );
    });

    it("asks the cluster when somebody wants to know, and once", async () => {
        const asked: (string | undefined)[] = [];
        const server = createServer(({ url }, response) => {
            asked.push(url);
            response.setHeader("content-type", "application/json");
            response.end('{"resources":[]}');
        });
        const connections: Socket[] = [];
        server.on("connection", (socket: Socket) => connections.push(socket));
        await once(server.listen(0, "127.0.0.1"), "listening");
        try {
            const { port } = server.address() as AddressInfo;
            const text = kubeconfig("a", `http://127.0.0.1:${port}`).replace("ca.pem", "");
            const one = connect(settings({ kubeconfig: text }), {});
            const other = connect(settings({ kubeconfig: text }), {});
            // By the time that the other has its answer, this one would have it too, had it asked.
            assert.equal(await other.unreachable(), undefined);
            assert.deepEqual(asked, ["/api/v1"]);
            assert.equal(await one.unreachable(), undefined);
            assert.equal(await one.unreachable(), undefined);
            assert.deepEqual(asked, ["/api/v1", "/api/v1"]);
        } finally {
            connections.forEach((socket) => socket.destroy());
            server.close();
        }
    });

    it("says within a moment that nothing listens there", async () => {
        const nobody = kubeconfig("a", "http://127.0.0.1:1").replace("ca.pem", "");
        const target = connect(settings({ kubeconfig: nobody }), {});
        assert.equal(
            await target.unreachable(),
            "unable to load schema information from the API server: " +
                'GET "http://127.0.0.1:1/api/v1": connect ECONNREFUSED 127.0.0.1:1',
        );
    });
});

describe("provider stand-in: field managers", () => {
    const entry = (
        manager: string,
        operation: string,
        fields: JsonObject,
        more: JsonObject = {},
    ) => ({
        manager,
        operation,
        apiVersion: "v1",
        fieldsType: "FieldsV1",
        fieldsV1: fields,
        ...more,
    });
    const controller = entry("kube-controller-manager", "Update", { "f:status": {} });

    it("generates a name once and keeps it, unless an annotation names one", () => {
        assert.match(fieldManagerName("", {}), /^pulumi-kubernetes-[0-9a-f]{8}$/);
        assert.equal(fieldManagerName("recorded", {}), "recorded");
        const metadata = { annotations: { "pulumi.com/patchFieldManager": "mine" } };
        assert.equal(fieldManagerName("recorded", { metadata }), "mine");
    });

    it("takes over what we created and what kubectl changed, and nothing else", () => {
        const fields = [
            controller,
            entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } }),
            entry("kubectl", "Update", { "f:data": { "f:b": {} } }),
            entry("kubectl", "Update", { "f:spec": {} }, { subresource: "scale" }),
            entry("me", "Apply", { "f:data": { "f:c": {} } }),
            entry("kubectl-edit", "Update", { "f:data": { "f:d": {} } }),
            entry("pulumi-kubernetes-0a1b2c3d", "Apply", { "f:data": { "f:e": {} } }),
        ];
        const taken = { "f:data": { "f:a": {}, "f:b": {}, "f:c": {}, "f:d": {} } };
        assert.deepEqual(adoptFields(fields, "me"), [
            controller,
            fields[3],
            fields[6],
            entry("me", "Apply", taken),
        ]);
        assert.deepEqual(adoptFields([controller], "me"), [controller]);
    });

    it("forces only when told to, or at a preview before it has taken over", () => {
        const live = (entries: JsonObject[]) => ({ metadata: { managedFields: entries } });
        const ours = live([entry("pulumi-kubernetes", "Update", {})]);
        const base = { inputs: {}, forceAll: false, preview: false };
        assert.equal(forcesConflicts({ ...base, live: ours }), false);
        assert.equal(forcesConflicts({ ...base, live: ours, preview: true }), true);
        assert.equal(forcesConflicts({ ...base, live: live([controller]), preview: true }), false);
        assert.equal(forcesConflicts({ ...base, live: ours, forceAll: true }), true);
        assert.equal(forcesConflicts({ ...base, live: live([]) }), true);
        const metadata = { annotations: { "pulumi.com/patchForce": "true" } };
        assert.equal(forcesConflicts({ ...base, inputs: { metadata }, live: ours }), true);
    });

    it("sends an ignored field as it is in the cluster, or not at all if it is another's", () => {
        const fields = { "f:spec": { "f:replicas": {} } };
        const live = (manager: string) => ({
            spec: { replicas: 7 },
            metadata: { managedFields: [entry(manager, "Apply", fields)] },
        });
        const inputs = { spec: { replicas: 3, paused: true } };
        const ignored = ["spec.replicas", "spec.missing"];
        assert.deepEqual(keepIgnored(inputs, live("me"), ignored, "me"), {
            spec: { replicas: 7, paused: true },
        });
        assert.deepEqual(keepIgnored(inputs, live("scaler"), ignored, "me"), {
            spec: { paused: true },
        });
    });

    it("takes for a replacement at preview what the official plugin does, and no change of a claim", () => {
        const invalid = (reason: string) => new ApiError(reason, 422, "Invalid");
        const set = invalid("data: Forbidden: field is immutable when `immutable` is set");
        assert.equal(isImmutableField(set), true);
        const claim = invalid("spec: Forbidden: spec is immutable after creation except resources");
        assert.equal(isImmutableField(claim), false);
    });

    it("explains conflicts and objects that exist already", () => {
        const conflict = new ApiError(
            'Apply failed with 1 conflict: conflict with "x": .data',
            409,
            "Conflict",
        );
        assert.match(
            String(explainConflict(conflict, "me")),
            /server-side apply field conflict detected, see https:.*\nThe resource managed by field manager "me" had an apply conflict: Apply failed/,
        );
        const exists = new ApiError('configmaps "c" already exists', 409, "AlreadyExists");
        assert.match(String(explainExisting(exists)), /already exists\n\n.*upsertExistingObjects/s);
        assert.equal(explainExisting(conflict), conflict);
    });
});
