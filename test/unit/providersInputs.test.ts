import assert from "node:assert/strict";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import { parseUrn, uniqueName } from "../../sandbox/providers/plugin/names";
import type { CheckRequest } from "../../sandbox/providers/plugin/provider";
import { isSecret, makeSecret, revealObject, UNKNOWN } from "../../sandbox/providers/plugin/values";
import { checkInputs } from "../../sandbox/providers/kubernetes/checking";
import {
    annotateSecrets,
    makeCheckpoint,
    parseCheckpoint,
    redact,
} from "../../sandbox/providers/kubernetes/checkpoint";
import { normalizeInputs } from "../../sandbox/providers/kubernetes/normalize";
import { knownScope } from "../../sandbox/providers/kubernetes/objects";
import { canonicalQuantity } from "../../sandbox/providers/kubernetes/quantity";

const URN = "urn:pulumi:stack::project::my:component:Thing$kubernetes:core/v1:ConfigMap::settings";

const context = {
    defaultNamespace: "here",
    isNamespaced: (kind: { apiVersion: string; kind: string }) =>
        Promise.resolve(knownScope(kind) === "namespace"),
};

async function check(news: JsonObject, request: Partial<CheckRequest> = {}): Promise<JsonObject> {
    const full = { urn: URN, olds: {}, news, randomSeed: new Uint8Array(), ...request };
    return (await checkInputs(full, context)).inputs;
}

const configMap = (metadata: JsonObject = {}): JsonObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
});

describe("provider stand-in: names", () => {
    it("makes a name of the resource's name and eight hexadecimal digits, and says so", async () => {
        const { metadata } = (await check(configMap())) as { metadata: JsonObject };
        assert.match(JSON.stringify(metadata["name"]), /^"settings-[0-9a-f]{8}"$/);
        assert.equal(metadata["namespace"], "here");
        assert.deepEqual(metadata["annotations"], { "pulumi.com/autonamed": "true" });
    });

    it("makes the same name of the same seed", () => {
        const seed = new Uint8Array([1, 2, 3]);
        assert.equal(uniqueName("a-", seed), uniqueName("a-", seed));
        assert.notEqual(uniqueName("a-", seed), uniqueName("a-", new Uint8Array([4])));
        assert.notEqual(uniqueName("a-"), uniqueName("a-"));
    });

    it("keeps a generated name on the next update", async () => {
        const first = await check(configMap());
        const second = await check(configMap({ labels: { a: "b" } }), { olds: first });
        assert.deepEqual(second["metadata"], {
            ...(first["metadata"] as JsonObject),
            labels: { a: "b" },
        });
    });

    it("leaves a given name alone, also one that is not known yet", async () => {
        for (const name of ["mine", UNKNOWN]) {
            const { metadata } = (await check(configMap({ name }))) as { metadata: JsonObject };
            assert.deepEqual(metadata, { name, namespace: "here" });
        }
    });

    it("takes the engine's proposal, and refuses where autonaming is off", async () => {
        const proposed = { mode: "propose", proposedName: "theirs" } as const;
        const inputs = await check(configMap(), { autonaming: proposed });
        assert.equal((inputs["metadata"] as JsonObject)["name"], "theirs");
        await assert.rejects(
            check(configMap(), { autonaming: { mode: "disable", proposedName: "" } }),
            /autonaming is disabled, resource requires the .metadata.name field to be set/,
        );
    });

    it("puts nothing of the cluster's scope into a namespace", async () => {
        const inputs = await check({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "a" },
        });
        assert.deepEqual(inputs["metadata"], { name: "a" });
    });

    it("reads the type and the name out of a URN", () => {
        assert.deepEqual(parseUrn(URN), { type: "kubernetes:core/v1:ConfigMap", name: "settings" });
        assert.equal(parseUrn("urn:pulumi:s::p::t::a::b").name, "a::b");
    });

    it("refuses lists and generateName", async () => {
        await assert.rejects(check({ apiVersion: "v1", kind: "ConfigMapList" }), /list resources/);
        await assert.rejects(check(configMap({ generateName: "a-" })), /generateName/);
    });
});

describe("provider stand-in: normal form of inputs", () => {
    const quantities: [string | number, string][] = [
        ["0.5", "500m"],
        ["1000m", "1"],
        [2, "2"],
        ["1024Mi", "1Gi"],
        ["1.5Gi", "1536Mi"],
        ["512Mi", "512Mi"],
        ["1000k", "1M"],
        ["0.1", "100m"],
        ["100.5Mi", "102912Ki"],
        ["0", "0"],
        ["", ""],
        ["1e3", "1e3"],
        ["not one", "not one"],
    ];
    for (const [given, stored] of quantities) {
        it(`writes the quantity ${JSON.stringify(given)} as ${JSON.stringify(stored)}`, () => {
            assert.equal(canonicalQuantity(given), stored);
        });
    }

    it("drops what Kubernetes does not store and keeps zeros that mean something", () => {
        const inputs = {
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name: "a", labels: {}, creationTimestamp: null, resourceVersion: "1" },
            spec: {
                replicas: 0,
                template: {
                    spec: {
                        hostNetwork: false,
                        automountServiceAccountToken: false,
                        tolerations: [],
                        affinity: {},
                        containers: [
                            {
                                name: "a",
                                env: [{ name: "E", value: "" }],
                                resources: { limits: {} },
                            },
                        ],
                        volumes: [{ name: "v", emptyDir: {} }],
                    },
                },
            },
        };
        assert.deepEqual(normalizeInputs(inputs), {
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name: "a" },
            spec: {
                replicas: 0,
                template: {
                    spec: {
                        automountServiceAccountToken: false,
                        affinity: {},
                        containers: [
                            { name: "a", env: [{ name: "E" }], resources: { limits: {} } },
                        ],
                        volumes: [{ name: "v", emptyDir: {} }],
                    },
                },
            },
        });
    });

    it("keeps empty values under keys that users choose", () => {
        const inputs = { ...configMap({ annotations: { a: "" } }), data: { empty: "" } };
        assert.deepEqual(normalizeInputs(inputs), inputs);
    });

    it("folds a Secret's stringData into its data", () => {
        const secret = {
            apiVersion: "v1",
            kind: "Secret",
            metadata: {},
            data: { a: "YQ==", b: "Yg==" },
            stringData: { b: "new" },
        };
        assert.deepEqual(normalizeInputs(secret), {
            apiVersion: "v1",
            kind: "Secret",
            metadata: {},
            data: { a: "YQ==", b: "bmV3" },
        });
    });

    it("leaves custom resources and unknown values as they are", () => {
        const custom = {
            apiVersion: "example.com/v1",
            kind: "Thing",
            metadata: {},
            spec: { a: false },
        };
        assert.deepEqual(normalizeInputs(custom), custom);
        const open = { ...configMap(), data: { a: UNKNOWN }, immutable: false, x: [] };
        assert.deepEqual(normalizeInputs(open), open);
    });
});

describe("provider stand-in: secrets", () => {
    it("marks the data of a Secret, whoever asked for it", async () => {
        const secret = { apiVersion: "v1", kind: "Secret", metadata: {}, data: { a: "YQ==" } };
        const inputs = await check(secret, { urn: URN.replace("ConfigMap", "Secret") });
        assert.equal(isSecret(inputs["data"]), true);
    });

    it("marks what was secret in the inputs, and an array as a whole", () => {
        const ins = {
            a: makeSecret("x"),
            b: { c: makeSecret(1), d: 2 },
            e: [makeSecret("x"), "y"],
        };
        assert.deepEqual(annotateSecrets({ a: "x", b: { c: 1, d: 2 }, e: ["x", "y"], f: 3 }, ins), {
            a: makeSecret("x"),
            b: { c: makeSecret(1), d: 2 },
            e: makeSecret(["x", "y"]),
            f: 3,
        });
    });

    it("keeps them marked in the state, and finds its parts there again", () => {
        const raw = { ...configMap({ name: "a" }), data: { key: makeSecret("hidden") } };
        const inputs = revealObject(raw);
        const live = { ...inputs, status: {} };
        const parts = { inputs, live, fieldManager: "me", initialApiVersion: "v1" };
        const state = makeCheckpoint(parts, raw);
        assert.equal(isSecret((state["data"] as JsonObject)["key"]), true);
        assert.deepEqual(parseCheckpoint(state), parts);
    });

    it("takes them out of messages, plain or encoded", () => {
        const inputs = { stringData: makeSecret({ password: "hunter2" }), a: "visible" };
        const encoded = Buffer.from("hunter2").toString("base64");
        assert.equal(redact(`visible hunter2 ${encoded}`, inputs), "visible [secret] [secret]");
    });
});
