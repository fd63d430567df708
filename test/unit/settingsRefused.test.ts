import * as assert from "node:assert/strict";
import { readSettings } from "../../settings";
import { readProjectFile } from "../mocks";
import { nfs, problems } from "./settingsReader";

describe("Settings", () => {
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
