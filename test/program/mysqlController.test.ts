import * as assert from "node:assert/strict";
import {
    controllerBundle,
    controllerCommand,
    controllerDirectory,
    controllerFile,
} from "../../components/mysql/controllerBundle";
import { shortHash } from "../../components/names";
import { at } from "../mocks";
import type { Run } from "./controlledCluster";
import { cluster } from "./controlledCluster";

function podOf(run: Run): unknown {
    return at(run.get("Deployment", "mysql-controller").inputs, "spec.template.spec");
}

/** By its content, as the resource is named and as the object is. */
const bundleName = `mysql-controller-bundle-${shortHash(controllerBundle().toString("base64"))}`;

function settingsOf(run: Run): unknown {
    const env = at(podOf(run), "containers.0.env.0") as { name: string; value: string };
    assert.equal(env.name, "CONTROLLER_SETTINGS");
    return JSON.parse(env.value);
}

describe("MysqlController", () => {
    it("is one Deployment with its code, its account, its rights and its Lease", async () => {
        const run = await cluster();
        assert.deepEqual(run.childrenOf("MysqlController mysql-controller"), [
            `ConfigMap ${bundleName}`,
            "Deployment mysql-controller",
            "Lease mysql-controller",
            "Role mysql-controller",
            "RoleBinding mysql-controller",
            "ServiceAccount mysql-controller",
        ]);
        assert.equal(run.get("Lease", "mysql-controller").inputs["spec"], undefined);
        const account = run.get("ServiceAccount", "mysql-controller");
        assert.equal(account.inputs["automountServiceAccountToken"], false);
    });

    it("may do what it does, by name where Kubernetes allows that, and in its namespace", async () => {
        const run = await cluster({ name: "shop" });
        const pods = Array.from({ length: 15 }, (_, ordinal) => `shop-${ordinal}`);
        assert.deepEqual(run.get("Role", "mysql-controller").inputs["rules"], [
            { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
            {
                apiGroups: [""],
                resources: ["pods"],
                resourceNames: pods,
                verbs: ["patch", "delete"],
            },
            {
                apiGroups: [""],
                resources: ["configmaps"],
                resourceNames: ["shop-topology", "shop-declared"],
                verbs: ["get", "patch"],
            },
            {
                apiGroups: ["apps"],
                resources: ["statefulsets"],
                resourceNames: ["shop"],
                verbs: ["get"],
            },
            {
                apiGroups: ["coordination.k8s.io"],
                resources: ["leases"],
                resourceNames: ["shop-controller"],
                verbs: ["get", "patch"],
            },
            { apiGroups: [""], resources: ["events"], verbs: ["create"] },
        ]);
        const { inputs } = run.get("RoleBinding", "mysql-controller");
        assert.deepEqual(inputs["subjects"], [
            { kind: "ServiceAccount", name: "mysql-controller-auto", namespace: "db" },
        ]);
        assert.deepEqual(inputs["roleRef"], {
            apiGroup: "rbac.authorization.k8s.io",
            kind: "Role",
            name: "mysql-controller-auto",
        });
    });

    it("is told everything by one variable", async () => {
        assert.deepEqual(settingsOf(await cluster()), {
            namespace: "db",
            cluster: "mysql",
            clusterDomain: "cluster.local",
            databaseName: "app",
            lagBoundMs: 60000,
            failoverAfterMs: 3000,
            readsFromPrimary: "never",
            rebuildErrant: true,
            selector: "mysqlnfs/service=mysql",
        });
        const other = await cluster({
            name: "shop",
            clusterDomain: "k8s.example",
            databaseName: "orders",
            lagBoundSeconds: 10,
            failoverAfterSeconds: 20,
            readsFromPrimary: "whenAlone",
            rebuildErrant: false,
        });
        assert.deepEqual(settingsOf(other), {
            namespace: "db",
            cluster: "shop",
            clusterDomain: "k8s.example",
            databaseName: "orders",
            lagBoundMs: 10000,
            failoverAfterMs: 20000,
            readsFromPrimary: "whenAlone",
            rebuildErrant: false,
            selector: "mysqlnfs/service=shop",
        });
        assert.deepEqual(at(podOf(other), "containers.0.env.1"), {
            name: "POD_NAME",
            valueFrom: { fieldRef: { fieldPath: "metadata.name" } },
        });
        assert.deepEqual(at(podOf(other), "containers.0.env.2"), {
            name: "POD_NAMESPACE",
            valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
        });
    });

    it("has Pods that Pod Security restricted admits, with a token and no way to write", async () => {
        const pod = podOf(await cluster());
        assert.deepEqual(at(pod, "securityContext"), {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
        });
        assert.deepEqual(at(pod, "containers.0.securityContext"), {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        });
        assert.equal(at(pod, "automountServiceAccountToken"), true);
        assert.equal(at(pod, "enableServiceLinks"), false);
        assert.equal(at(pod, "serviceAccountName"), "mysql-controller-auto");
        assert.deepEqual(at(pod, "containers.0.volumeMounts"), [
            { name: "bundle", mountPath: "/opt/controller", readOnly: true },
            {
                name: "internal-credentials",
                mountPath: "/run/secrets/mysql-internal",
                readOnly: true,
            },
        ]);
    });

    it("has only the passwords that it uses", async () => {
        assert.deepEqual(at(podOf(await cluster()), "volumes.1.secret"), {
            secretName: "mysql-internal-auto",
            defaultMode: 0o440,
            items: [
                { key: "controller-password", path: "controller-password" },
                { key: "replication-password", path: "replication-password" },
            ],
        });
    });

    it("has Pods that are ready by themselves, apart from each other, and soon elsewhere", async () => {
        const run = await cluster();
        const pod = podOf(run);
        const httpGet = { path: "/healthz", port: "http" };
        assert.deepEqual(at(pod, "containers.0.readinessProbe.httpGet"), httpGet);
        assert.deepEqual(at(pod, "containers.0.livenessProbe.httpGet"), httpGet);
        assert.deepEqual(at(pod, "containers.0.ports"), [{ name: "http", containerPort: 8080 }]);
        assert.deepEqual(at(pod, "affinity.podAntiAffinity"), {
            preferredDuringSchedulingIgnoredDuringExecution: [
                {
                    weight: 100,
                    podAffinityTerm: {
                        topologyKey: "kubernetes.io/hostname",
                        labelSelector: { matchLabels: { "mysqlnfs/controller": "mysql" } },
                    },
                },
            ],
        });
        assert.deepEqual(
            at(pod, "tolerations"),
            ["not-ready", "unreachable"].map((taint) => ({
                key: `node.kubernetes.io/${taint}`,
                operator: "Exists",
                effect: "NoExecute",
                tolerationSeconds: 30,
            })),
        );
        const { inputs } = run.get("Deployment", "mysql-controller");
        assert.equal(at(inputs, "spec.replicas"), 2);
        assert.deepEqual(at(inputs, "spec.strategy"), {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
        });
    });

    it("has Pods that nobody takes for MySQL's", async () => {
        const { inputs } = (await cluster({ labels: { team: "shop" } })).get(
            "Deployment",
            "mysql-controller",
        );
        assert.deepEqual(at(inputs, "spec.template.metadata.labels"), {
            team: "shop",
            "app.kubernetes.io/name": "mysql-controller",
            "app.kubernetes.io/instance": "mysql",
            "mysqlnfs/controller": "mysql",
        });
        assert.deepEqual(at(inputs, "spec.selector.matchLabels"), {
            "mysqlnfs/controller": "mysql",
        });
    });

    it("takes the image, the number of Pods and the resources given, and runs where MySQL may", async () => {
        const resources = { limits: { memory: "1Gi" } };
        const run = await cluster({
            controller: { image: "r.example.com/node:24", pods: 1, resources },
            imagePullSecrets: ["pull"],
            nodeSelector: { disk: "ssd" },
            tolerations: [{ key: "db", operator: "Exists" }],
        });
        const pod = podOf(run);
        assert.equal(at(run.get("Deployment", "mysql-controller").inputs, "spec.replicas"), 1);
        assert.equal(at(pod, "containers.0.image"), "r.example.com/node:24");
        assert.deepEqual(at(pod, "containers.0.resources"), resources);
        assert.deepEqual(at(pod, "imagePullSecrets"), [{ name: "pull" }]);
        assert.deepEqual(at(pod, "nodeSelector"), { disk: "ssd" });
        assert.deepEqual(at(pod, "tolerations.2"), { key: "db", operator: "Exists" });
        const byDefault = podOf(await cluster());
        assert.equal(at(byDefault, "containers.0.image"), "node:24.11.1-slim");
        assert.deepEqual(at(byDefault, "containers.0.resources"), {
            requests: { cpu: "50m", memory: "96Mi" },
            limits: { cpu: "500m", memory: "256Mi" },
        });
    });

    it("runs the code of a ConfigMap whose name says the content", async () => {
        const run = await cluster({ name: "shop" });
        const { inputs } = run.get("ConfigMap", bundleName);
        assert.deepEqual(inputs["binaryData"], {
            [controllerFile]: controllerBundle().toString("base64"),
        });
        const name = String(at(inputs, "metadata.name"));
        assert.match(name, /^shop-controller-[0-9a-f]{8}$/);
        assert.equal(name.slice(-9), bundleName.slice(-9));
        assert.deepEqual(at(podOf(run), "volumes.0"), { name: "bundle", configMap: { name } });
        assert.deepEqual(at(podOf(run), "containers.0.command"), [...controllerCommand]);
        assert.ok(controllerCommand.join(" ").includes(`${controllerDirectory}/${controllerFile}`));
    });

    it("waits for nothing that waits for it", async () => {
        const run = await cluster({ primary: 1 });
        const controllers = run.resources.filter(
            ({ parent }) => parent === "MysqlController mysql-controller",
        );
        assert.deepEqual(
            controllers.flatMap(({ dependsOn }) =>
                dependsOn.filter((each) =>
                    /^(ConfigMap mysql-(declared|topology)|Stateful)/.test(each),
                ),
            ),
            [],
        );
        assert.deepEqual(run.get("Deployment", "mysql-controller").dependsOn, [
            `ConfigMap ${bundleName}`,
            "Lease mysql-controller",
            "RoleBinding mysql-controller",
            "Secret mysql-internal",
            "ServiceAccount mysql-controller",
        ]);
        assert.deepEqual(run.get("ConfigMap", "mysql-declared").dependsOn, [
            "RandomId mysql-request",
            "Service mysql-primary",
        ]);
    });
});
