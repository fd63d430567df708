import assert from "node:assert/strict";
import type { DiffResult } from "../../sandbox/providers/plugin/provider";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import { makeSecret, UNKNOWN } from "../../sandbox/providers/plugin/values";
import { formatPath, parsePath } from "../../sandbox/providers/kubernetes/diff";
import { diffObject } from "../../sandbox/providers/kubernetes/diffing";

const immutableData = { configMaps: false, secrets: false };

interface Change {
    type?: string;
    /** The inputs of the last update. */
    before: JsonObject;
    now: JsonObject;
    /** The live object; the inputs with a few fields of the server by default. */
    live?: JsonObject;
    ignoreChanges?: string[];
    mutability?: typeof immutableData;
    namespaced?: boolean;
}

function diff(change: Change): DiffResult {
    const live = change.live ?? { ...change.before, status: { observed: true } };
    return diffObject(
        {
            id: "default/name",
            urn: `urn:pulumi:stack::project::kubernetes:${change.type ?? "x"}::name`,
            olds: { ...live, __inputs: change.before },
            news: change.now,
            ignoreChanges: change.ignoreChanges ?? [],
        },
        {
            namespaced: change.namespaced ?? true,
            mutability: change.mutability ?? immutableData,
        },
    );
}

function object(apiVersion: string, kind: string, rest: JsonObject, name = "name"): JsonObject {
    return { apiVersion, kind, metadata: { name, namespace: "space" }, ...rest };
}

function paths(result: DiffResult): Record<string, string> {
    const entries = Object.entries(result.detailedDiff ?? {});
    return Object.fromEntries(entries.map(([path, { kind }]) => [path, kind]));
}

/** The kind of change when one field goes from one value to another. */
function changeOf(
    apiVersion: string,
    kind: string,
    field: string,
    from: JsonObject,
    to: JsonObject,
) {
    const result = diff({
        before: object(apiVersion, kind, { [field]: from }),
        now: object(apiVersion, kind, { [field]: to }),
    });
    return { paths: paths(result), deleteFirst: result.deleteBeforeReplace };
}

describe("provider stand-in: diff", () => {
    it("sees no change where nothing changed", () => {
        const inputs = object("v1", "ConfigMap", { data: { a: "1" } });
        assert.deepEqual(diff({ before: inputs, now: inputs }), {
            changed: false,
            replaces: [],
            deleteBeforeReplace: false,
            detailedDiff: {},
        });
    });

    it("leaves keys of a ConfigMap's data alone that others wrote, whether it changes in place or not", () => {
        const before = object("v1", "ConfigMap", { data: { pods: "3" } });
        const live = { ...before, data: { pods: "3", settled: "3", answer: "a done: it is" } };
        for (const configMaps of [true, false]) {
            const mutability = { ...immutableData, configMaps };
            assert.equal(diff({ before, now: before, live, mutability }).changed, false);
        }
        const mutability = { ...immutableData, configMaps: true };
        const now = object("v1", "ConfigMap", { data: { pods: "2" } });
        const change = diff({ before, now, live, mutability });
        assert.deepEqual([paths(change), change.replaces], [{ "data.pods": "update" }, []]);
        const none = object("v1", "ConfigMap", {});
        assert.equal(diff({ before: none, now: none, live, mutability }).changed, false);
    });

    it("ignores fields and labels that others wrote, and sees its own that someone changed", () => {
        const inputs = object("apps/v1", "Deployment", { spec: { replicas: 2 } });
        const live = {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "name", namespace: "space", labels: { theirs: "x" } },
            spec: { replicas: 5, paused: true },
        };
        assert.deepEqual(paths(diff({ before: inputs, now: inputs, live })), {
            "spec.replicas": "update",
        });
    });

    it("sees a field of its own that someone removed", () => {
        const inputs = object("v1", "ConfigMap", { data: { a: "1", b: "2" } });
        const live = object("v1", "ConfigMap", { data: { a: "1" } });
        const mutability = { configMaps: true, secrets: true };
        assert.deepEqual(paths(diff({ before: inputs, now: inputs, live, mutability })), {
            "data.b": "add",
        });
    });

    it("tells additions, changes and removals apart, in arrays too", () => {
        const result = diff({
            before: object("v1", "Service", {
                spec: { ports: [{ port: 1, name: "a" }, { port: 2 }] },
            }),
            now: object("v1", "Service", { spec: { ports: [{ port: 3 }], type: "NodePort" } }),
        });
        assert.deepEqual(result.detailedDiff, {
            "spec.ports[0].port": { kind: "update", inputDiff: false },
            "spec.ports[0].name": { kind: "delete", inputDiff: true },
            "spec.ports[1]": { kind: "delete", inputDiff: true },
            "spec.type": { kind: "add", inputDiff: false },
        });
        assert.deepEqual(result.replaces, []);
    });

    it("counts a value that is not known yet as a change", () => {
        const before = object("apps/v1", "Deployment", { spec: { replicas: 1 } });
        const now = object("apps/v1", "Deployment", { spec: { replicas: UNKNOWN } });
        assert.deepEqual(paths(diff({ before, now })), { "spec.replicas": "update" });
    });

    for (const field of ["podManagementPolicy", "revisionHistoryLimit", "serviceName"]) {
        it(`replaces a StatefulSet when ${field} changes, the old one first`, () => {
            assert.deepEqual(
                changeOf("apps/v1", "StatefulSet", "spec", { [field]: "a" }, { [field]: "b" }),
                { paths: { [`spec.${field}`]: "update-replace" }, deleteFirst: true },
            );
        });
    }

    it("replaces a StatefulSet when a claim template or the selector changes", () => {
        const claims = (size: string) => ({ volumeClaimTemplates: [{ spec: { size } }] });
        assert.deepEqual(
            changeOf("apps/v1", "StatefulSet", "spec", claims("1"), claims("2")).paths,
            {
                "spec.volumeClaimTemplates[0].spec.size": "update-replace",
            },
        );
        const selector = (app: string) => ({ selector: { matchLabels: { app } } });
        assert.deepEqual(changeOf("apps/v1", "StatefulSet", "spec", selector("a"), selector("b")), {
            paths: { "spec.selector.matchLabels.app": "update-replace" },
            deleteFirst: true,
        });
    });

    it("updates a StatefulSet in place when replicas, template or strategy change", () => {
        assert.deepEqual(
            changeOf(
                "apps/v1",
                "StatefulSet",
                "spec",
                { replicas: 3, template: { spec: { image: "a" } } },
                { replicas: 5, template: { spec: { image: "b" } }, updateStrategy: {} },
            ).paths,
            {
                "spec.replicas": "update",
                "spec.template.spec.image": "update",
                "spec.updateStrategy": "add",
            },
        );
    });

    it("replaces by a new value that holds a trigger deeper down", () => {
        const result = diff({
            before: object("v1", "Service", {}),
            now: object("v1", "Service", { spec: { clusterIP: "None" } }),
        });
        assert.deepEqual(paths(result), { spec: "add-replace" });
    });

    const replacing: [string, string, string, JsonObject, JsonObject][] = [
        ["storage.k8s.io/v1", "StorageClass", "parameters", { a: "1" }, { a: "2" }],
        ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef", { name: "a" }, { name: "b" }],
        [
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            "roleRef",
            { name: "a" },
            { name: "b" },
        ],
        [
            "v1",
            "PersistentVolumeClaim",
            "spec",
            { storageClassName: "a" },
            { storageClassName: "b" },
        ],
        ["v1", "PersistentVolume", "spec", { nfs: { path: "/a" } }, { nfs: { path: "/b" } }],
        ["batch/v1", "Job", "spec", { template: { image: "a" } }, { template: { image: "b" } }],
        ["v1", "Pod", "spec", { containers: [{ image: "a" }] }, { containers: [{ image: "b" }] }],
        ["v1", "ConfigMap", "data", { a: "1" }, { a: "2" }],
        ["v1", "Secret", "data", { a: "MQ==" }, { a: "Mg==" }],
    ];
    for (const [apiVersion, kind, field, from, to] of replacing) {
        it(`replaces a ${kind} when its ${field} changes`, () => {
            const { paths: found, deleteFirst } = changeOf(apiVersion, kind, field, from, to);
            assert.deepEqual(Object.values(found), ["update-replace"]);
            assert.equal(deleteFirst, true);
        });
    }

    it("updates ConfigMaps and Secrets in place where the provider says that they are mutable", () => {
        const mutability = { configMaps: true, secrets: true };
        for (const kind of ["ConfigMap", "Secret"]) {
            const before = object("v1", kind, { data: { a: "MQ==" } });
            const now = object("v1", kind, { data: { a: "Mg==" } });
            assert.deepEqual(paths(diff({ before, now, mutability })), { "data.a": "update" });
            const immutable = { immutable: true };
            const frozen = diff({
                before: { ...before, ...immutable },
                now: { ...now, ...immutable },
                mutability,
            });
            assert.deepEqual(paths(frozen), { "data.a": "update-replace" });
        }
    });

    it("replaces an autonamed object without deleting the old one first", () => {
        const metadata = { annotations: { "pulumi.com/autonamed": "true" }, name: "name-1" };
        const before = { ...object("v1", "ConfigMap", { data: { a: "1" } }), metadata };
        const now = { ...object("v1", "ConfigMap", { data: { a: "2" } }), metadata };
        const result = diff({ before, now });
        assert.deepEqual(result.replaces, ["data.a"]);
        assert.equal(result.deleteBeforeReplace, false);
    });

    it("replaces an object that gets another name, the new one first", () => {
        const before = object("v1", "ConfigMap", {}, "old");
        const result = diff({ before, now: object("v1", "ConfigMap", {}, "new") });
        assert.deepEqual(paths(result), { "metadata.name": "update-replace" });
        assert.equal(result.deleteBeforeReplace, false);
    });

    it("takes no namespace and the default namespace for the same", () => {
        const before = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
        const now = { ...before, metadata: { name: "a", namespace: "default" } };
        assert.equal(diff({ before, now }).changed, false);
        assert.equal(diff({ before, now, namespaced: false }).changed, false);
    });

    it("leaves ignored fields out, in Pulumi's notation of paths", () => {
        const labels = { "app.kubernetes.io/name": "a" };
        const before = { ...object("v1", "ConfigMap", { data: { a: "1" } }) };
        const now = {
            ...object("v1", "ConfigMap", { data: { a: "2" } }),
            metadata: { name: "name", namespace: "space", labels },
        };
        const ignoreChanges = ["data", "metadata.labels"];
        assert.equal(diff({ before, now, ignoreChanges }).changed, false);
        assert.deepEqual(paths(diff({ before, now, ignoreChanges: ["data"] })), {
            "metadata.labels": "add",
        });
    });

    it("writes and reads paths with dots, quotes and indexes", () => {
        const path = ["metadata", "labels", "app.kubernetes.io/name", 0, 'a"b'];
        const text = 'metadata.labels["app.kubernetes.io/name"][0]["a\\"b"]';
        assert.equal(formatPath(path), text);
        assert.deepEqual(parsePath(text), path);
        assert.deepEqual(parsePath("spec.containers[*].image"), [
            "spec",
            "containers",
            "*",
            "image",
        ]);
    });

    it("finds a change inside a secret without naming more than its path", () => {
        const before = object("v1", "Secret", { data: { password: "b2xk" } });
        const now = object("v1", "Secret", { stringData: makeSecret({ password: "new" }) });
        assert.deepEqual(paths(diff({ before, now })), { "data.password": "update-replace" });
    });
});
