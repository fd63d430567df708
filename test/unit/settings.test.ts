import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { mysqlDefaults } from "../../components/mysql/args";
import { uniqueName } from "../../components/names";
import { nfsClassDefaults, nfsDefaults } from "../../components/nfs/args";
import { statefulDefaults } from "../../components/stateful/specs";
import { mysqlKey } from "../../configuration/mysql";
import { nfsKey } from "../../configuration/nfs";
import { loadSettings, readSettings } from "../../settings";
import { readProjectFile, runUnderMocks, stackConfig } from "../mocks";
import { nfs, problems, read } from "./settingsReader";

describe("Settings", () => {
    it("are complete with an NFS server and a path, everything else as Pulumi.yaml says", () => {
        const { settings, problems } = read();
        assert.deepEqual(problems, []);
        const { storage, mysql, ...rest } = settings;
        assert.deepEqual(rest, {
            namespace: "mysql-nfs-dev",
            createNamespace: true,
            protect: true,
        });
        assert.ok("nfs" in storage);
        const { nameOf, ...nfsArgs } = storage.nfs;
        assert.deepEqual(nfsArgs, {
            server: "10.0.0.5",
            path: "/export",
            version: "4.1",
            mountOptions: [],
            classes: [
                {
                    name: "nfs-mysql-nfs-dev",
                    reclaimPolicy: "Retain",
                    archiveOnDelete: true,
                    onDelete: undefined,
                    pathPattern: undefined,
                    isDefault: false,
                },
            ],
            image: "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2",
            replicas: 1,
            resources: {
                requests: { cpu: "10m", memory: "32Mi" },
                limits: { cpu: "200m", memory: "128Mi" },
            },
            tolerations: [],
            nodeSelector: {},
            affinity: {},
            imagePullSecrets: [],
            runAsUser: 65534,
            runAsGroup: 65534,
        });
        assert.equal(nameOf?.("classes[0].onDelete"), "mysql-nfs:nfsOnDelete");
        const { nameOf: mysqlNameOf, ...mysqlArgs } = mysql;
        assert.deepEqual(mysqlArgs, {
            name: "mysql",
            image: "mysql:9.7.1",
            version: undefined,
            pods: 3,
            primary: undefined,
            readsFromPrimary: "never",
            rebuildErrant: true,
            failoverAfterSeconds: 3,
            controller: {
                image: "node:24.11.1-slim",
                pods: 2,
                resources: {
                    requests: { cpu: "50m", memory: "96Mi" },
                    limits: { cpu: "500m", memory: "256Mi" },
                },
            },
            storageSize: "10Gi",
            accessMode: "ReadWriteOnce",
            resources: {
                requests: { cpu: "250m", memory: "256Mi" },
                limits: { cpu: "500m", memory: "512Mi" },
            },
            imagePullSecrets: [],
            nodeSelector: {},
            tolerations: [],
            antiAffinity: "preferred",
            topologySpread: ["topology.kubernetes.io/zone"],
            labels: {},
            databaseName: "app",
            userName: "app",
            characterSet: "utf8mb4",
            collation: undefined,
            timeZone: "SYSTEM",
            binlogExpiryDays: 30,
            maxConnections: 151,
            initConnect: undefined,
            mysqldSettings: {},
            existingSecretName: undefined,
            clusterDomain: "cluster.local",
            lagBoundSeconds: 60,
            terminationGracePeriodSeconds: 300,
            readyTimeoutMinutes: 60,
        });
        assert.equal(mysqlNameOf?.("pods"), "mysql-nfs:mysqlPods");
        assert.equal(mysqlNameOf("storageClassName"), "mysql-nfs:nfsClassName");
        assert.equal(mysqlNameOf("primary"), "mysql-nfs:mysqlPrimary");
        assert.equal(
            mysqlNameOf("controller.resources.limits.cpu"),
            "mysql-nfs:controllerResources.limits.cpu",
        );
    });

    it("name a namespace and a class after the stack, so that two stacks share none", () => {
        const { settings } = read(nfs, "prod");
        assert.equal(settings.namespace, "mysql-nfs-prod");
        assert.ok("nfs" in settings.storage);
        assert.equal(settings.storage.nfs.classes?.[0]?.name, "nfs-mysql-nfs-prod");
    });

    it("share no name with another stack, however projects and stacks are called", () => {
        const words = ["nfs", "a", "nfs-a", "a-nfs", "a-a", "nfs-nfs", "nfs-a-nfs"];
        const owners = new Map<string, string>();
        for (const project of words) {
            for (const stack of words) {
                const { settings } = readSettings({}, project, stack);
                // The provisioner calls its namespace as its class is called by default.
                const names = [settings.namespace, uniqueName(["nfs", project, stack])];
                for (const name of names) {
                    assert.equal(owners.get(name), undefined, `${name}: ${project}/${stack}`);
                    owners.set(name, `${project}/${stack}`);
                }
            }
        }
        assert.equal(owners.size, 2 * words.length ** 2);
    });

    it("take an existing class in place of an NFS server", () => {
        const { settings, problems } = read({ storageClassName: "ceph-block" });
        assert.deepEqual(problems, []);
        assert.deepEqual(settings.storage, { storageClassName: "ceph-block" });
        assert.equal(settings.mysql.nameOf?.("storageClassName"), "mysql-nfs:storageClassName");
    });

    it("take every key that can be set", () => {
        const { settings, problems } = read({
            ...nfs,
            namespace: "db",
            createNamespace: false,
            protect: false,
            clusterDomain: "k8s.example.com",
            nfsVersion: "4.2",
            nfsMountOptions: ["noatime"],
            nfsClassName: "fast",
            nfsReclaimPolicy: "Delete",
            nfsArchiveOnDelete: false,
            nfsOnDelete: "retain",
            nfsPathPattern: "${.PVC.namespace}_${.PVC.name}",
            nfsDefaultClass: true,
            nfsExtraClasses: [{ name: "scratch", reclaimPolicy: "Delete", onDelete: "delete" }],
            nfsProvisionerImage: "r.example.com/p:1",
            nfsProvisionerReplicas: 2,
            nfsProvisionerResources: { limits: { cpu: 1 } },
            nfsProvisionerTolerations: [{ operator: "Exists" }],
            nfsProvisionerNodeSelector: { disk: true },
            nfsProvisionerAffinity: { nodeAffinity: {} },
            nfsProvisionerImagePullSecrets: ["registry"],
            nfsRunAsUser: 999,
            nfsRunAsGroup: 999,
            mysqlName: "db",
            mysqlImage: "r.example.com/mysql:lts",
            mysqlVersion: "8.4",
            mysqlPods: 15,
            mysqlPrimary: 14,
            readsFromPrimary: "whenAlone",
            rebuildErrant: false,
            failoverAfterSeconds: 600,
            controllerImage: "r.example.com/node:24",
            controllerPods: 1,
            controllerResources: { limits: { memory: "1Gi" } },
            storageSize: "1Ti",
            storageAccessMode: "ReadWriteMany",
            mysqlResources: { limits: { memory: "2Gi" } },
            mysqlTolerations: [{ key: "db", operator: "Exists", effect: "NoSchedule" }],
            mysqlAntiAffinity: "required",
            mysqlTopologySpread: [],
            mysqlLabels: { team: "a" },
            timeZone: "+08:00",
            mysqldSettings: { innodb_io_capacity: 1000 },
        });
        assert.deepEqual(problems, []);
        assert.ok("nfs" in settings.storage);
        assert.deepEqual(settings.storage.nfs.resources, {
            requests: undefined,
            limits: { cpu: "1" },
        });
        assert.deepEqual(settings.storage.nfs.nodeSelector, { disk: "true" });
        assert.equal(settings.storage.nfs.classes?.[1]?.onDelete, "delete");
        assert.deepEqual(settings.mysql.mysqldSettings, { innodb_io_capacity: 1000 });
        assert.equal(settings.mysql.timeZone, "+08:00");
        assert.equal(settings.mysql.primary, 14);
        assert.equal(settings.mysql.rebuildErrant, false);
        assert.equal(settings.mysql.controller?.pods, 1);
    });
});

describe("Pulumi.yaml", () => {
    const { config } = readProjectFile();

    it("describes exactly the keys that settings.ts reads", () => {
        assert.deepEqual(problems({}), []);
        const { problems: missing } = readSettings({}, "mysql-nfs", "dev");
        assert.deepEqual(
            [...new Set(missing.map(({ field }) => field))].sort(),
            Object.keys(config).sort(),
        );
    });

    it("gives every key a type, a default and a description", () => {
        for (const [key, { type, default: value, description }] of Object.entries(config)) {
            const found = Array.isArray(value) ? "array" : typeof value;
            assert.equal(found === "number" ? "integer" : found, type, key);
            assert.ok(description.length > 20 && description.length < 300, key);
        }
    });

    it("has the components' own defaults", () => {
        const defaults = (field: string) => config[field]?.default;
        const { controller, ...others } = mysqlDefaults;
        for (const [field, value] of Object.entries(controller)) {
            assert.deepEqual(defaults(mysqlKey(`controller.${field}`)), value, field);
        }
        for (const [field, value] of Object.entries(others)) {
            // Not set, it depends on the character set.
            assert.deepEqual(defaults(mysqlKey(field)), field === "collation" ? "" : value, field);
        }
        for (const [field, value] of Object.entries(nfsDefaults)) {
            assert.deepEqual(defaults(nfsKey(field)), value, field);
        }
        for (const [field, value] of Object.entries(nfsClassDefaults)) {
            assert.deepEqual(defaults(nfsKey(`classes[0].${field}`)), value, field);
        }
        assert.equal(defaults("clusterDomain"), statefulDefaults.clusterDomain);
    });
});

describe("The stack's configuration", () => {
    it("is refused in one error that names stack, keys, values and remedies", async () => {
        const config = stackConfig({ ...nfs, nfsPath: "export", mysqlPods: 16, mysqlPod: 3 });
        await assert.rejects(runUnderMocks(loadSettings, { config, stack: "prod" }), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            const [first, unknown, path, pods, ...last] = error.message.split("\n");
            assert.equal(first, "The configuration of stack prod can't be used:");
            assert.equal(
                unknown,
                '  mysql-nfs:mysqlPod = "3": there is no such key, did you mean mysqlPods?',
            );
            assert.match(
                path ?? "",
                /^ {2}mysql-nfs:nfsPath = "export": give the exported directory/,
            );
            assert.match(pods ?? "", /^ {2}mysql-nfs:mysqlPods = 16: /);
            assert.deepEqual(last, [
                "Change it by `pulumi config` or in Pulumi.prod.yaml; Pulumi.yaml describes every key.",
            ]);
            return true;
        });
    });

    it("is frozen through and through, but for outputs", async () => {
        const config = stackConfig({
            ...nfs,
            "kubernetes:kubeconfig": "{}",
            "kubernetes:context": "c",
        });
        const { result } = await runUnderMocks(loadSettings, { config });
        assert.ok("nfs" in result.storage);
        assert.ok(Object.isFrozen(result));
        assert.ok(Object.isFrozen(result.mysql.resources?.limits));
        assert.ok(Object.isFrozen(result.storage.nfs.classes?.[0]));
        assert.equal(result.cluster.context, "c");
        assert.ok(await pulumi.isSecret(result.cluster.kubeconfig));
    });

    it("ignores the keys of providers and of other projects", async () => {
        const config = stackConfig({ ...nfs, "aws:region": "eu", "mysql-nfs2:mysqlPod": "1" });
        await assert.doesNotReject(runUnderMocks(loadSettings, { config }));
    });
});
