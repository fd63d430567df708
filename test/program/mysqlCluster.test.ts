import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { MysqlClusterArgs } from "../../components/mysqlCluster";
import { MysqlCluster } from "../../components/mysqlCluster";
import { at, runUnderMocks, valueOf } from "../mocks";

function cluster(args: Partial<MysqlClusterArgs> = {}, preview = false) {
    return runUnderMocks(
        () =>
            new MysqlCluster("mysql", {
                namespace: pulumi.output("db"),
                storageClassName: pulumi.output("nfs"),
                ...args,
            }),
        { preview },
    );
}

describe("MysqlCluster", () => {
    it("is one StatefulSet with its settings, passwords and Services", async () => {
        const run = await cluster();
        assert.deepEqual(run.childrenOf("MysqlCluster mysql"), [
            "ConfigMap mysql-config",
            "ConfigMap mysql-declared",
            "ConfigMap mysql-scripts",
            "ConfigMap mysql-topology",
            "MysqlController mysql-controller",
            "RandomPassword mysql-app",
            "RandomPassword mysql-clone",
            "RandomPassword mysql-controller",
            "RandomPassword mysql-replication",
            "RandomPassword mysql-root",
            "Secret mysql-credentials",
            "Secret mysql-internal",
            "Service mysql-primary",
            "Service mysql-read",
            "ServiceAccount mysql",
            "StatefulService mysql",
        ]);
        assert.deepEqual(run.childrenOf("StatefulService mysql"), [
            "PodDisruptionBudget mysql",
            "Service mysql",
            "StatefulSet mysql",
        ]);
    });

    it("puts everything into its namespace, with the labels asked for and its own", async () => {
        const run = await cluster({ labels: { team: "shop" } });
        const objects = run.resources.filter((each) => each.type.startsWith("kubernetes:"));
        assert.equal(objects.length, 18);
        for (const { name, inputs } of objects) {
            assert.equal(at(inputs, "metadata.namespace"), "db", name);
            assert.deepEqual(
                at(inputs, "metadata.labels"),
                {
                    team: "shop",
                    "app.kubernetes.io/name": "mysql",
                    "app.kubernetes.io/instance": "mysql",
                    "mysqlnfs/service": "mysql",
                },
                name,
            );
        }
    });

    it("fixes the names that people type and no other", async () => {
        const run = await cluster({ name: "shop" });
        const named = run.resources
            // The bundle's name says its content.
            .filter((each) => each.type.startsWith("kubernetes:") && !/-bundle-/.test(each.name))
            .map((each) => [each.name, at(each.inputs, "metadata.name")])
            .filter(([, name]) => name !== undefined)
            .sort();
        assert.deepEqual(named, [
            ["mysql", "shop"],
            ["mysql", "shop"],
            ["mysql-controller", "shop-controller"],
            ["mysql-controller", "shop-controller"],
            ["mysql-declared", "shop-declared"],
            ["mysql-primary", "shop-primary"],
            ["mysql-read", "shop-read"],
            ["mysql-topology", "shop-topology"],
        ]);
    });

    it("sends writes and reads to the Pods that the controller says, and doesn't wait for endpoints", async () => {
        const run = await cluster();
        const ports = [{ name: "mysql", port: 3306, targetPort: 3306 }];
        assert.deepEqual(run.get("Service", "mysql-primary").inputs["spec"], {
            type: "ClusterIP",
            selector: {
                "mysqlnfs/service": "mysql",
                role: "primary",
            },
            ports,
        });
        assert.deepEqual(run.get("Service", "mysql-read").inputs["spec"], {
            type: "ClusterIP",
            selector: { "mysqlnfs/service": "mysql", reads: "true" },
            ports,
        });
        for (const name of ["mysql-primary", "mysql-read"]) {
            assert.deepEqual(at(run.get("Service", name).inputs, "metadata.annotations"), {
                "pulumi.com/skipAwait": "true",
            });
        }
    });

    it("lets one Pod at a time be taken away, of a single one too", async () => {
        for (const pods of [1, 3]) {
            const budget = (await cluster({ pods })).get("PodDisruptionBudget", "mysql");
            assert.deepEqual(budget.inputs["spec"], {
                maxUnavailable: 1,
                selector: { matchLabels: { "mysqlnfs/service": "mysql" } },
            });
        }
    });

    it("has Pods that Pod Security restricted admits, and that write only to volumes", async () => {
        const pod = at((await cluster()).get("StatefulSet", "mysql").inputs, "spec.template.spec");
        assert.deepEqual(at(pod, "securityContext"), {
            runAsNonRoot: true,
            runAsUser: 999,
            runAsGroup: 999,
            fsGroup: 999,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        });
        assert.equal(at(pod, "automountServiceAccountToken"), false);
        assert.equal(at(pod, "enableServiceLinks"), false);
        for (const container of ["initContainers.0", "containers.0"]) {
            assert.deepEqual(at(pod, `${container}.securityContext`), {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
            });
        }
    });

    it("keeps its Pods apart as told", async () => {
        const placed = async (args: Partial<MysqlClusterArgs>) =>
            at((await cluster(args)).get("StatefulSet", "mysql").inputs, "spec.template.spec");
        const labelSelector = { matchLabels: { "mysqlnfs/service": "mysql" } };
        const spreadOver = (topologyKey: string) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector,
        });
        const term = { topologyKey: "kubernetes.io/hostname", labelSelector };
        const byDefault = await placed({});
        assert.deepEqual(at(byDefault, "affinity.podAntiAffinity"), {
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, podAffinityTerm: term },
            ],
        });
        assert.deepEqual(at(byDefault, "topologySpreadConstraints"), [
            spreadOver("topology.kubernetes.io/zone"),
        ]);
        const strict = await placed({ antiAffinity: "required", topologySpread: ["rack", "row"] });
        assert.deepEqual(at(strict, "affinity.podAntiAffinity"), {
            requiredDuringSchedulingIgnoredDuringExecution: [term],
        });
        assert.deepEqual(at(strict, "topologySpreadConstraints"), [
            spreadOver("rack"),
            spreadOver("row"),
        ]);
        const free = await placed({ antiAffinity: "none", topologySpread: [] });
        assert.equal(at(free, "affinity"), undefined);
        assert.equal(at(free, "topologySpreadConstraints"), undefined);
    });

    it("gives its Pods an account without a token", async () => {
        const run = await cluster();
        assert.equal(
            run.get("ServiceAccount", "mysql").inputs["automountServiceAccountToken"],
            false,
        );
    });

    it("asks for a volume for each Pod, of the class, size and mode given", async () => {
        const run = await cluster({ storageSize: "5Gi", accessMode: "ReadWriteMany", pods: 5 });
        const { inputs } = run.get("StatefulSet", "mysql");
        assert.equal(at(inputs, "spec.replicas"), 5);
        assert.equal(at(inputs, "spec.podManagementPolicy"), "Parallel");
        assert.deepEqual(at(inputs, "spec.volumeClaimTemplates.0.spec"), {
            storageClassName: "nfs",
            accessModes: ["ReadWriteMany"],
            resources: { requests: { storage: "5Gi" } },
        });
    });

    it("has a place for what the controller decides, before there are Pods and for good, by the provider given", async () => {
        const run = await runUnderMocks(() => {
            const adoptingProvider = new k8s.Provider("adopting");
            return new MysqlCluster("mysql", { namespace: "db", adoptingProvider });
        });
        const topology = run.get("ConfigMap", "mysql-topology");
        assert.equal(topology.inputs["data"], undefined);
        assert.ok(run.get("StatefulSet", "mysql").dependsOn.includes("ConfigMap mysql-topology"));
        assert.ok(topology.dependsOn.includes("Service mysql-primary"));
        assert.deepEqual(
            [topology.retainOnDelete, topology.ignoreChanges, topology.provider],
            [true, ["data"], "adopting"],
        );
        assert.equal(run.get("ConfigMap", "mysql-config").provider, "");
    });

    it("says before there are Pods how many there are to be, where no Pod restarts for it", async () => {
        const withPods = (pods: number) =>
            runUnderMocks(() => {
                const adoptingProvider = new k8s.Provider("adopting");
                return new MysqlCluster("mysql", { namespace: "db", pods, adoptingProvider });
            });
        const three = await withPods(3);
        const five = await withPods(5);
        const declared = five.get("ConfigMap", "mysql-declared");
        assert.deepEqual(declared.inputs["data"], { pods: "5", wanted: "5" });
        assert.deepEqual([declared.provider, declared.retainOnDelete], ["adopting", false]);
        assert.ok(five.get("StatefulSet", "mysql").dependsOn.includes("ConfigMap mysql-declared"));
        const template = (run: typeof five) =>
            at(run.get("StatefulSet", "mysql").inputs, "spec.template");
        assert.deepEqual(template(five), template(three));
        assert.equal(at(five.get("StatefulSet", "mysql").inputs, "spec.replicas"), 5);
    });

    it("has its rollout judged before an update", async () => {
        const run = await cluster({ pods: 4 });
        const component = run.get("MysqlCluster", "mysql");
        assert.equal(component.inputs["declared"], '{"image":"9.7","pods":"4"}');
        assert.deepEqual(component.beforeUpdate, ["MysqlCluster mysql: rollout"]);
    });

    it("keeps passwords secret, and out of everything but the Secrets", async () => {
        const run = await cluster();
        for (const name of ["mysql-credentials", "mysql-internal"]) {
            assert.deepEqual(run.get("Secret", name).secretInputs, ["stringData"], name);
        }
        for (const { type, name, inputs } of run.resources) {
            if (!type.endsWith(":Secret")) {
                assert.ok(!JSON.stringify(inputs).includes("secret-of-"), `${type} ${name}`);
            }
        }
        const { password, rootPassword } = run.result;
        assert.equal(await pulumi.isSecret(password), true);
        assert.equal(await pulumi.isSecret(rootPassword), true);
        assert.equal(await valueOf(password), "secret-of-mysql-app");
        assert.equal(await valueOf(rootPassword), "secret-of-mysql-root");
    });

    it("generates passwords that every policy of validate_password takes", async () => {
        const run = await cluster();
        for (const account of ["root", "app", "replication", "clone", "controller"]) {
            assert.deepEqual(run.get("RandomPassword", `mysql-${account}`).inputs, {
                length: 32,
                minLower: 1,
                minUpper: 1,
                minNumeric: 1,
                minSpecial: 1,
                overrideSpecial: "-_.",
            });
        }
    });

    it("says at preview already where to write and where to read", async () => {
        const { result } = await cluster({ clusterDomain: "k8s.example" }, true);
        assert.deepEqual(
            await Promise.all([
                valueOf(result.primaryDnsName),
                valueOf(result.primaryEndpoint),
                valueOf(result.readEndpoint),
                valueOf(result.podDnsNames),
                valueOf(result.port),
                valueOf(result.databaseName),
                valueOf(result.userName),
            ]),
            [
                "mysql-primary.db.svc.k8s.example",
                "mysql-primary.db.svc.k8s.example:3306",
                "mysql-read.db.svc.k8s.example:3306",
                [0, 1, 2].map((pod) => `mysql-${pod}.mysql.db.svc.k8s.example`),
                3306,
                "app",
                "app",
            ],
        );
    });

    it("reads an existing Secret, makes none, and names the keys that it lacks", async () => {
        await assert.rejects(
            cluster({ existingSecretName: "mine" }),
            /existingSecretName = "mine": the Secret lacks the key root-password; add it\n/,
        );
    });

    it("restarts the Pods when the existing Secret was touched", async () => {
        const encode = (text: string) => Buffer.from(text).toString("base64");
        const run = await runUnderMocks(
            () => new MysqlCluster("mysql", { namespace: "db", existingSecretName: "mine" }),
            {
                existing: {
                    "db/mine": {
                        metadata: { name: "mine", resourceVersion: "42" },
                        data: { "root-password": encode("r"), password: encode("p") },
                    },
                },
            },
        );
        assert.deepEqual(
            at(run.get("StatefulSet", "mysql").inputs, "spec.template.metadata.annotations"),
            { "mysqlnfs/credentials": "42" },
        );
        assert.equal(await valueOf(run.result.password), "p");
        assert.equal(run.resources.filter(({ type }) => /:Secret$/.test(type)).length, 2);
        const generated = await cluster();
        assert.equal(
            at(generated.get("StatefulSet", "mysql").inputs, "spec.template.metadata.annotations"),
            undefined,
        );
    });

    it("makes nothing when an argument is wrong", async () => {
        await assert.rejects(cluster({ pods: 16, timeZone: "8" }), {
            message: [
                "MysqlCluster mysql:",
                "  pods = 16: give a whole number from 1 to 15",
                '  timeZone = "8": give SYSTEM or an offset from -13:59 to +14:00, such as +08:00',
            ].join("\n"),
        });
    });
});
