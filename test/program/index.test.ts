import * as assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Registered, RunOptions } from "../mocks";
import { at, runUnderMocks, stackConfig, valueOf } from "../mocks";

const root = join(__dirname, "..", "..");
const nfs = { nfsServer: "10.0.0.5", nfsPath: "/export" };

/** The whole program, as `pulumi up` of a stack with this configuration. */
function up(
    own: Record<string, unknown> = nfs,
    stack = "dev",
    existing: RunOptions["existing"] = {},
) {
    const load = async () => {
        for (const file of ["index.ts", "settings.ts"]) {
            delete require.cache[join(root, file)];
        }
        const exported: Record<string, unknown> = await import("../../index");
        // esModuleInterop adds `default`, which is no output.
        return Object.fromEntries(Object.entries(exported).filter(([name]) => name !== "default"));
    };
    return runUnderMocks(load, { config: stackConfig(own), stack, existing });
}

describe("The program", () => {
    let run: Awaited<ReturnType<typeof up>>;
    before(async () => {
        run = await up();
    });

    it("makes a namespace, volumes and MySQL, and nothing else at the top", () => {
        assert.deepEqual(run.childrenOf(""), [
            "MysqlCluster mysql",
            "Namespace mysql",
            "NfsProvisioner nfs",
            "kubernetes adopting",
            "kubernetes cluster",
        ]);
    });

    it("wins over what somebody changed by hand, with every object", () => {
        for (const name of ["adopting", "cluster"]) {
            assert.equal(run.get("kubernetes", name).inputs["enablePatchForce"], "true");
        }
        const objects = run.resources.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.deepEqual(
            objects.filter(({ provider }) => provider === "").map(({ name }) => name),
            [],
        );
    });

    it("hands back the outputs that everybody relies on, and their values", async () => {
        const { result } = run;
        const values = Object.fromEntries(
            await Promise.all(
                Object.entries(result).map(async ([name, output]) => [
                    name,
                    await valueOf(pulumi.output(output)),
                ]),
            ),
        ) as Record<string, unknown>;
        const { password, rootPassword, credentialsSecretName, ...rest } = values;
        assert.deepEqual(rest, {
            namespace: "mysql-nfs-dev",
            primaryDnsName: "mysql-primary.mysql-nfs-dev.svc.cluster.local",
            primaryEndpoint: "mysql-primary.mysql-nfs-dev.svc.cluster.local:3306",
            readEndpoint: "mysql-read.mysql-nfs-dev.svc.cluster.local:3306",
            podDnsNames: [
                "mysql-0.mysql.mysql-nfs-dev.svc.cluster.local",
                "mysql-1.mysql.mysql-nfs-dev.svc.cluster.local",
                "mysql-2.mysql.mysql-nfs-dev.svc.cluster.local",
            ],
            port: 3306,
            databaseName: "app",
            userName: "app",
        });
        assert.equal(typeof credentialsSecretName, "string");
        for (const secret of ["password", "rootPassword"]) {
            assert.equal(await pulumi.isSecret(pulumi.output(result[secret])), true, secret);
        }
        for (const open of Object.keys(rest)) {
            assert.equal(await pulumi.isSecret(pulumi.output(result[open])), false, open);
        }
        assert.notEqual(password, undefined);
        assert.notEqual(rootPassword, undefined);
    });

    it("lets the namespace outlive the stack, and takes it over the next time", () => {
        const namespace = run.get("Namespace", "mysql");
        assert.deepEqual(at(namespace.inputs, "metadata"), {
            name: "mysql-nfs-dev",
            labels: {
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        });
        assert.equal(namespace.retainOnDelete, true);
        assert.equal(namespace.provider, "adopting");
        const { inputs } = run.get("kubernetes", "adopting");
        assert.equal(inputs["upsertExistingObjects"], "true");
        assert.equal(inputs["enableConfigMapMutable"], "true");
    });

    it("adopts only what outlives the stack, changes in place, or was prepared", () => {
        const adopted = run.resources.filter((each) => each.provider === "adopting");
        const kept = run.resources.filter((each) => each.retainOnDelete);
        const claims = ["mysql-data-0", "mysql-data-1", "mysql-data-2"];
        assert.deepEqual(kept.map(({ name }) => name).sort(), [
            "mysql",
            ...claims,
            "mysql-topology",
        ]);
        assert.deepEqual(
            adopted.map(({ type, name }) => `${type.split(":").pop()} ${name}`).sort(),
            [
                "ConfigMap mysql-declared",
                "ConfigMap mysql-topology",
                "Namespace mysql",
                "Namespace nfs",
                ...claims.map((name) => `PersistentVolumeClaim ${name}`),
            ],
        );
    });

    it("protects what holds data from being deleted, unless told not to", async () => {
        const protectedBy = (each: typeof run) =>
            each.resources
                .filter((resource) => resource.protect)
                .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
                .sort();
        assert.deepEqual(protectedBy(run), [
            "Namespace mysql",
            "StatefulSet mysql",
            "StorageClass nfs",
        ]);
        assert.deepEqual(protectedBy(await up({ ...nfs, protect: false })), []);
    });

    it("lets volumes grow where their class does, which an export's never does", async () => {
        const declared = async (own: Record<string, unknown>) => {
            const other = await up(own, "dev", {
                "ceph-block": { allowVolumeExpansion: true, metadata: { name: "ceph-block" } },
                local: { metadata: { name: "local" } },
            });
            const annotations = at(
                other.get("StatefulSet", "mysql").inputs,
                "metadata.annotations",
            );
            const text = (annotations as Record<string, string>)["mysqlnfs/declared"] ?? "";
            return (JSON.parse(text) as Record<string, string>)["claims.data.expandable"];
        };
        assert.equal(await declared(nfs), "false");
        assert.equal(await declared({ storageClassName: "ceph-block" }), "true");
        assert.equal(await declared({ storageClassName: "local" }), "false");
    });

    it("uses the cluster of the default provider for what it adopts", async () => {
        const other = await up({
            ...nfs,
            "kubernetes:context": "prod",
            "kubernetes:cluster": "c",
            "kubernetes:kubeconfig": "{}",
        });
        const { inputs, secretInputs } = other.get("kubernetes", "adopting");
        assert.equal(inputs["context"], "prod");
        assert.equal(inputs["cluster"], "c");
        assert.equal(inputs["kubeconfig"], "{}");
        assert.ok(secretInputs.includes("kubeconfig"));
    });

    it("puts no path of this machine into the state", async () => {
        const before = process.env["KUBECONFIG"];
        process.env["KUBECONFIG"] = "/home/someone/.kube/config";
        try {
            const other = await up();
            assert.equal(other.get("kubernetes", "adopting").inputs["kubeconfig"], undefined);
        } finally {
            if (before === undefined) {
                delete process.env["KUBECONFIG"];
            } else {
                process.env["KUBECONFIG"] = before;
            }
        }
    });

    it("reads a namespace that someone else made, by the key that names it", async () => {
        const other = await up({ ...nfs, namespace: "db", createNamespace: false });
        const namespace = other.get("Namespace", "mysql-nfs:namespace");
        assert.equal(namespace.isRead, true);
        assert.deepEqual(
            other.resources
                .filter(({ type, isRead }) => /:Namespace$/.test(type) && !isRead)
                .map(({ name }) => name),
            ["nfs"],
        );
    });

    it("reads a class that someone else made, by the key that names it, and brings no provisioner", async () => {
        const other = await up({ storageClassName: "ceph-block" });
        assert.equal(other.get("StorageClass", "mysql-nfs:storageClassName").isRead, true);
        assert.deepEqual(
            other.resources
                .filter(({ type }) => /NfsProvisioner|:Deployment$/.test(type))
                .map(({ name }) => name),
            ["mysql-controller"],
        );
    });

    it("makes MySQL's claims on the class, after the class", () => {
        const statefulSet = run.get("StatefulSet", "mysql");
        assert.equal(
            at(statefulSet.inputs, "spec.volumeClaimTemplates.0.spec.storageClassName"),
            "nfs-mysql-nfs-dev",
        );
        assert.ok(statefulSet.dependsOn.includes("StorageClass nfs"));
    });

    it("shares no name that a cluster has once with another stack", async () => {
        const dev = run.resources.flatMap(sharedNames);
        const prod = (await up(nfs, "prod")).resources.flatMap(sharedNames);
        assert.ok(dev.length >= 6);
        assert.deepEqual(
            dev.filter((name) => prod.includes(name)),
            [],
        );
    });

    it("takes over nothing of another stack that uses the same names: what can't be adopted comes first", () => {
        const first = {
            "ConfigMap mysql-declared": "Service mysql-primary",
            "ConfigMap mysql-topology": "Service mysql-primary",
            "Namespace nfs": "ClusterRole nfs-runner",
            "PersistentVolumeClaim mysql-data-0": "Service mysql",
        };
        for (const [adopted, refused] of Object.entries(first)) {
            const [kind = "", name = ""] = adopted.split(" ");
            assert.ok(run.get(kind, name).dependsOn.includes(refused), adopted);
            const [refusedKind = "", refusedName = ""] = refused.split(" ");
            assert.equal(run.get(refusedKind, refusedName).provider, "cluster");
        }
    });

    it("shows no secret: every value that holds one is marked", () => {
        for (const { inputs, type } of run.resources) {
            const isSecret = /:Secret$/.test(type);
            assert.equal(/\bsecret-of-/.test(JSON.stringify(inputs)) && !isSecret, false, type);
        }
        const secrets = run.resources.filter(({ type }) => /:Secret$/.test(type));
        assert.ok(secrets.length >= 2);
        for (const { secretInputs, name } of secrets) {
            assert.ok(secretInputs.includes("stringData") || secretInputs.includes("data"), name);
        }
    });
});

/** Names that all stacks of a cluster share, and namespaces, which hold all others. */
function sharedNames({ type, inputs, isRead }: Registered): string[] {
    const isGlobal = /:(Namespace|ClusterRole|ClusterRoleBinding|PersistentVolume|StorageClass)$/;
    const name = at(inputs, "metadata.name") as string | undefined;
    return [
        ...(isGlobal.test(type) && !isRead && name !== undefined ? [`${type} ${name}`] : []),
        ...(type.endsWith(":StorageClass") ? [`provisioner ${String(inputs["provisioner"])}`] : []),
        ...(at(inputs, "metadata.namespace") === undefined
            ? []
            : [`namespace ${String(at(inputs, "metadata.namespace"))}`]),
    ];
}
