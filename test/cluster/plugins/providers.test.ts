import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { act, aroundTests, declare, kubectl, must, namespace, state } from "../support/pluginStack";

// What this project leans on in the kubernetes and random plugins, on a real cluster: the official plugins
// must pass this as the stand-ins do.

function configMap(
    data: Record<string, string>,
    metadata: Record<string, unknown> = {},
    options: pulumi.CustomResourceOptions = {},
): void {
    new k8s.core.v1.ConfigMap("map", { metadata: { namespace, ...metadata }, data }, options);
}

const relabel = (label: string, ...options: string[]) =>
    kubectl("label", "configmap", "drifting", label, "--overwrite", ...options);

const label = (name: string) =>
    kubectl("get", "configmap", "drifting", "-o", `jsonpath={.metadata.labels.${name}}`);

describe("the provider plugins", () => {
    aroundTests();

    it("change nothing when nothing changed, also after a refresh and a stranger's label", async () => {
        declare(() => {
            configMap({ a: "1" });
            new k8s.core.v1.ServiceAccount("account", {
                metadata: { namespace },
                automountServiceAccountToken: false,
                imagePullSecrets: [],
            });
        });
        assert.equal((await must("up")).changes["create"], 2);
        await kubectl("label", "configmap", "--all", "theirs=1");
        assert.deepEqual((await must("refresh")).changes, { same: 4 });
        assert.deepEqual((await must("up")).changes, { same: 4 });
    });

    it("name what has no name after the resource, and replace it by a new one before the old one goes", async () => {
        declare(() => configMap({ a: "1" }));
        await must("up");
        const names = async () =>
            (await kubectl("get", "configmap", "-o", "name"))
                .split("\n")
                .filter((name) => name.includes("map-"));
        const [before] = await names();
        assert.match(before ?? "", /^configmap\/map-[0-9a-f]{8}$/);
        declare(() => configMap({ a: "2" }));
        assert.deepEqual((await must("preview")).changes, { same: 2, replace: 1 });
        await must("up");
        const [now, ...others] = await names();
        assert.notEqual(now, before);
        assert.deepEqual(others, []);
    });

    it("replace what has a name of its own by deleting it first", async () => {
        declare(() => configMap({ a: "1" }, { name: "named" }));
        await must("up");
        declare(() => configMap({ a: "2" }, { name: "named" }));
        assert.equal((await must("up")).changes["replace"], 1);
        const value = await kubectl("get", "configmap", "named", "-o", "jsonpath={.data.a}");
        assert.equal(value, "2");
    });

    it("find a field of ours that kubectl changed, and repair it", async () => {
        declare(() => configMap({ a: "1" }, { name: "drifting", labels: { mine: "1" } }));
        await must("up");
        for (const value of ["2", "3"]) {
            await relabel(`mine=${value}`);
            assert.equal((await must("refresh")).changes["update"], 1);
            assert.equal((await must("up")).changes["update"], 1);
            assert.equal(await label("mine"), "1");
        }
    });

    it("name the conflict over a field of ours that someone else changed, and repair it when told to", async () => {
        const metadata = { name: "drifting", labels: { mine: "1" } };
        declare(() => configMap({ a: "1" }, metadata));
        await must("up");
        await relabel("mine=2", "--field-manager=somebody");
        assert.equal((await must("refresh")).changes["update"], 1);
        assert.match(
            (await act("up")).errors,
            /field manager "pulumi-kubernetes-[0-9a-f]{8}" had an apply conflict.*conflict with "somebody" using v1: \.metadata\.labels\.mine/s,
        );
        assert.equal(await label("mine"), "2");
        const annotations = { "pulumi.com/patchForce": "true" };
        declare(() => configMap({ a: "1" }, { ...metadata, annotations }));
        assert.equal((await must("up")).changes["update"], 1);
        assert.equal(await label("mine"), "1");
    });

    it("notice what was deleted, and make it again", async () => {
        declare(() => configMap({ a: "1" }, { name: "vanishing" }));
        await must("up");
        await kubectl("delete", "configmap", "vanishing");
        assert.equal((await must("refresh")).changes["delete"], 1);
        assert.equal((await must("up")).changes["create"], 1);
    });

    it("refuse to create what exists, unless the provider says to take it over", async () => {
        await kubectl("create", "configmap", "there", "--from-literal=theirs=1");
        declare(() => configMap({ ours: "1" }, { name: "there" }));
        assert.match((await act("up")).errors, /configmaps "there" already exists/);
        declare(() => {
            const provider = new k8s.Provider("adopting", { upsertExistingObjects: true });
            configMap({ ours: "1" }, { name: "there" }, { provider });
        });
        await must("up");
        const data = await kubectl("get", "configmap", "there", "-o", "jsonpath={.data}");
        assert.deepEqual(JSON.parse(data), { ours: "1", theirs: "1" });
    });

    it("refuse at preview what the API server refuses", async () => {
        declare(
            () =>
                new k8s.core.v1.Service("wrong", {
                    metadata: { namespace },
                    spec: { ports: [{ port: 99_999 }] },
                }),
        );
        assert.match(
            (await act("preview")).errors,
            /spec\.ports\[0\]\.port: Invalid value: 99999: must be between 1 and 65535/,
        );
    });

    it("keep secrets out of the state, and draw a password once", async () => {
        declare(() => {
            const password = new random.RandomPassword("password", { length: 20, special: false });
            new k8s.core.v1.Secret("secret", {
                metadata: { namespace, name: "secret" },
                stringData: { password: password.result, fixed: "hunter-two" },
            });
        });
        await must("up");
        const read = (key: string) =>
            kubectl("get", "secret", "secret", "-o", `jsonpath={.data.${key}}`);
        const [encoded, fixed] = [await read("password"), await read("fixed")];
        const password = Buffer.from(encoded, "base64").toString();
        assert.match(password, /^[A-Za-z0-9]{20}$/);
        for (const text of [password, encoded, "hunter-two", fixed]) {
            assert.ok(!state().includes(text));
        }
        await must("refresh");
        assert.deepEqual((await must("up")).changes, { same: 4 });
        assert.equal(await read("password"), encoded);
    });

    it("say that a cluster can't be reached, before anything is changed", async () => {
        declare(() => {
            const nowhere = {
                "current-context": "nowhere",
                contexts: [{ name: "nowhere", context: { cluster: "nowhere", user: "" } }],
                clusters: [{ name: "nowhere", cluster: { server: "https://127.0.0.1:1" } }],
            };
            const kubeconfig = JSON.stringify(nowhere);
            const provider = new k8s.Provider("unreachable", { kubeconfig });
            configMap({ a: "1" }, {}, { provider });
        });
        const outcome = await act("up");
        assert.match(
            outcome.errors,
            /configured Kubernetes cluster is unreachable: unable to load schema information from the API server/,
        );
        assert.ok(outcome.seconds < 30, `${outcome.seconds} s`);
    });
});
