import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { mysqlDefaults } from "../../components/mysql/args";
import { nfsClassDefaults, nfsDefaults } from "../../components/nfs/args";
import { describeProblem } from "../../components/problem";
import { statefulDefaults } from "../../components/stateful/specs";
import { mysqlKey } from "../../configuration/mysql";
import { nearest } from "../../components/nearest";
import { nfsKey } from "../../configuration/nfs";
import { loadSettings, readSettings } from "../../settings";
import { readProjectFile, runUnderMocks, stackConfig } from "../mocks";

const nfs = { nfsServer: "10.0.0.5", nfsPath: "/export" };

function read(own: Record<string, unknown> = nfs, stack = "dev") {
    const values = Object.fromEntries(
        Object.entries(stackConfig(own)).map(([key, value]): [string, string] => [
            key.replace("mysql-nfs:", ""),
            value,
        ]),
    );
    return readSettings(values, "mysql-nfs", stack);
}

function problems(own: Record<string, unknown>): string[] {
    return read({ ...nfs, ...own }).problems.map((problem) => describeProblem(problem));
}

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

    const source =
        "give the NFS server here and its exported directory as nfsPath, or an existing class as storageClassName";
    const table: [string, Record<string, unknown>, string[]][] = [
        [
            "no source of volumes",
            { nfsServer: "", nfsPath: "" },
            [`nfsServer = (empty): ${source}`],
        ],
        [
            "a server without a path",
            { nfsPath: "" },
            [
                "nfsPath = (empty): give the exported directory as an absolute path without '..', spaces or a slash at its end, such as /srv/mysql",
            ],
        ],
        [
            "a path without a server",
            { nfsServer: "" },
            [
                "nfsServer = (empty): give the NFS server's host name or IP address alone, such as nfs.example.com",
            ],
        ],
        [
            "a class beside a server",
            { storageClassName: "ceph" },
            [
                'nfsServer = "10.0.0.5": remove it, or storageClassName ceph: volumes come from one of them',
                'nfsPath = "/export": remove it, or storageClassName ceph: volumes come from one of them',
            ],
        ],
        [
            "a relative path",
            { nfsPath: "export" },
            [
                "nfsPath = \"export\": give the exported directory as an absolute path without '..', spaces or a slash at its end, such as /srv/mysql",
            ],
        ],
        [
            "soft mounts",
            { nfsMountOptions: ["soft"] },
            [
                'nfsMountOptions[0] = "soft": remove it: MySQL\'s lock on its files is all that keeps two servers off one directory, and a soft mount drops writes when the server is slow',
            ],
        ],
        [
            "an NFS version",
            { nfsVersion: "2" },
            ['nfsVersion = "2": give one of 3, 4, 4.0, 4.1, 4.2'],
        ],
        [
            "a namespace",
            { namespace: "My_DB" },
            [
                'namespace = "My_DB": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
            ],
        ],
        ["a flag", { createNamespace: "yes" }, ['createNamespace = "yes": give true or false']],
        [
            "a policy",
            { nfsReclaimPolicy: "Recycle" },
            ['nfsReclaimPolicy = "Recycle": give one of Retain, Delete'],
        ],
        [
            "a word for onDelete",
            { nfsOnDelete: "keep" },
            ['nfsOnDelete = "keep": give one of delete, retain'],
        ],
        [
            "a text where a list belongs",
            { nfsMountOptions: "noatime" },
            ['nfsMountOptions = "noatime": give a list'],
        ],
        [
            "a list where an object belongs",
            { mysqlResources: [] },
            ["mysqlResources = []: give an object, such as {key: value}"],
        ],
        [
            "an unknown part of an object",
            { nfsProvisionerResources: { limit: {} } },
            [
                "nfsProvisionerResources.limit = {}: there is no such field; there are requests, limits",
            ],
        ],
        [
            "an extra class",
            { nfsExtraClasses: [{ name: "a", reclaim: "Delete", archiveOnDelete: "no" }, {}] },
            [
                'nfsExtraClasses[0].archiveOnDelete = "no": give true or false',
                'nfsExtraClasses[0].reclaim = "Delete": there is no such field; there are name, reclaimPolicy, archiveOnDelete, onDelete, pathPattern, mountOptions, isDefault',
                "nfsExtraClasses[1].name = (empty): give names of a-z, 0-9 and -, joined by dots, 253 characters at most",
            ],
        ],
        [
            "affinity",
            { nfsProvisionerAffinity: { affinity: {} } },
            [
                'nfsProvisionerAffinity = {"affinity":{}}: give an object of nodeAffinity, podAffinity and podAntiAffinity, as in a Pod spec',
            ],
        ],
        [
            "requests above limits",
            { nfsProvisionerResources: { requests: { memory: "1Gi" }, limits: { memory: "1Mi" } } },
            [
                'nfsProvisionerResources.requests.memory = "1Gi": lower it to the limit 1Mi or raise the limit',
            ],
        ],
        [
            "replicas of the provisioner",
            { nfsProvisionerReplicas: 6 },
            ["nfsProvisionerReplicas = 6: give a whole number from 1 to 5"],
        ],
        [
            "part of a Pod",
            { nfsProvisionerReplicas: "1.5" },
            ['nfsProvisionerReplicas = "1.5": give a whole number'],
        ],
        [
            "root",
            { nfsRunAsUser: 0 },
            ["nfsRunAsUser = 0: give a whole number from 1 to 4294967294"],
        ],
        [
            "a class's name",
            { nfsClassName: "Fast" },
            [
                'nfsClassName = "Fast": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
            ],
        ],
        [
            "a primary that is no Pod",
            { mysqlPrimary: 3 },
            [
                "mysqlPrimary = 3: give a whole number from 0 to 2, one of the Pods of mysql-nfs:mysqlPods 3, or unset it",
            ],
        ],
        [
            "fewer Pods than the primary's number asks for",
            { mysqlPods: 1, mysqlPrimary: 1 },
            ["mysqlPrimary = 1: give 0, the only Pod of mysql-nfs:mysqlPods 1, or unset it"],
        ],
        [
            "a Pod's name for the primary",
            { mysqlPrimary: "mysql-1" },
            ['mysqlPrimary = "mysql-1": give a whole number'],
        ],
        [
            "an unknown key",
            { mysqlPod: 3, frobnicate: "x" },
            [
                'mysqlPod = "3": there is no such key, did you mean mysqlPods?',
                'frobnicate = "x": there is no such key',
            ],
        ],
    ];
    for (const [what, own, expected] of table) {
        it(`refuse ${what} that can't be used, by its key, with the remedy`, () => {
            assert.deepEqual(problems(own), expected);
        });
    }

    for (const [key, value] of Object.entries({
        mysqlPods: 16,
        mysqlPrimary: 3,
        readsFromPrimary: "always",
        rebuildErrant: "maybe",
        failoverAfterSeconds: 1,
        controllerImage: "node",
        controllerPods: 3,
        mysqlName: "My",
        mysqlImage: "mysql:5.7.44",
        storageSize: "10GB",
        storageAccessMode: "RWO",
        mysqlAntiAffinity: "always",
        databaseName: "",
        userName: "root",
        characterSet: "utf9",
        collation: "latin1_swedish_ci",
        timeZone: "8",
        binlogExpiryDays: 0,
        maxConnections: 1,
        existingSecretName: "A_",
        clusterDomain: "-",
        lagBoundSeconds: 1,
        mysqlTerminationGracePeriodSeconds: 1,
        mysqlReadyTimeoutMinutes: 0,
    })) {
        it(`refuse ${key} ${JSON.stringify(value)}, which MySQL's own rules judge, by that key`, () => {
            const [first = "", ...others] = problems({ [key]: value });
            assert.ok(first.startsWith(`${key} = ${value === "" ? "(empty)" : ""}`), first);
            assert.deepEqual(others, []);
        });
    }

    for (const [key, value, field] of [
        ["mysqlResources", { limits: { memory: "lots" } }, "mysqlResources.limits.memory"],
        ["controllerResources", { limits: { cpu: "many" } }, "controllerResources.limits.cpu"],
        ["mysqldSettings", { frobnicate: 1 }, "mysqldSettings.frobnicate"],
        ["mysqldSettings", { server_id: 1 }, "mysqldSettings.server_id"],
        ["mysqlLabels", { "a b": "c" }, "mysqlLabels.a b"],
        ["mysqlNodeSelector", { a: "b c" }, "mysqlNodeSelector.a"],
        [
            "mysqlTolerations",
            [{ effect: "Never", operator: "Exists" }],
            "mysqlTolerations[0].effect",
        ],
        ["mysqlTopologySpread", ["a b"], "mysqlTopologySpread[0]"],
        ["mysqlImagePullSecrets", ["A_"], "mysqlImagePullSecrets[0]"],
    ] as const) {
        it(`name the very part of ${key} that is wrong: ${field}`, () => {
            const found = problems({ [key]: value });
            assert.ok(
                found.length > 0 && found.every((line) => line.startsWith(`${field} = `)),
                found.join("\n"),
            );
        });
    }

    it("say where to run when Pulumi.yaml's defaults are missing", () => {
        const { problems } = readSettings(nfs, "mysql-nfs", "dev");
        const keys = Object.keys(readProjectFile().config).filter((key) => !(key in nfs));
        assert.deepEqual(problems.map(({ field }) => field).sort(), keys.sort());
        assert.equal(
            problems[0]?.message,
            "run in the project's folder, where Pulumi.yaml gives each key a default",
        );
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

describe("The nearest word", () => {
    it("is a likely slip, or none", () => {
        const words = ["mysqlPods", "nfsServer", "namespace"];
        assert.equal(nearest("mysqlpods", words), "mysqlPods");
        assert.equal(nearest("nfsSever", words), "nfsServer");
        assert.equal(nearest("namspace", words), "namespace");
        assert.equal(nearest("password", words), undefined);
        assert.equal(nearest("x", []), undefined);
    });
});
