import * as assert from "node:assert/strict";
import type { MysqlClusterArgs } from "../../components/mysql/args";
import { podSpec } from "../../components/mysql/podTemplate";
import { scripts } from "../../components/mysql/scripts";
import { withDefaults } from "../../components/mysql/withDefaults";

function spec(args: Partial<MysqlClusterArgs> = {}) {
    return podSpec(withDefaults({ namespace: "db", ...args }), {
        serviceAccountName: "account",
        configName: "config-1",
        scriptsName: "scripts-1",
        credentialsName: "credentials-1",
        internalCredentialsName: "internal-1",
        topologyName: "mysql-topology",
        declaredName: "mysql-declared",
        volumeName: "data",
    });
}

const resources = {
    requests: { cpu: "250m", memory: "256Mi" },
    limits: { cpu: "500m", memory: "512Mi" },
};
const mounts = [
    { name: "data", mountPath: "/var/lib/mysql" },
    { name: "config", mountPath: "/etc/mysql-cluster", readOnly: true },
    { name: "scripts", mountPath: "/opt/mysql-cluster", readOnly: true },
    { name: "run", mountPath: "/run/mysqld" },
    { name: "tmp", mountPath: "/tmp" },
];
const fieldOf = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
});
const alive = { exec: { command: ["bash", "/opt/mysql-cluster/alive.sh"] }, timeoutSeconds: 10 };

describe("the Pod of a MySQL server", () => {
    it("is, by default and beside what every Pod is given, exactly this", () => {
        assert.deepEqual(JSON.parse(JSON.stringify(spec())), {
            serviceAccountName: "account",
            securityContext: {
                runAsUser: 999,
                runAsGroup: 999,
                fsGroup: 999,
                fsGroupChangePolicy: "OnRootMismatch",
            },
            terminationGracePeriodSeconds: 300,
            initContainers: [
                {
                    name: "prepare",
                    image: "mysql:9.7.1",
                    resources,
                    command: ["bash", "/opt/mysql-cluster/prepare.sh"],
                    env: [
                        fieldOf("POD_NAME", "metadata.name"),
                        fieldOf("POD_UID", "metadata.uid"),
                        fieldOf("POD_NAMESPACE", "metadata.namespace"),
                        { name: "CLUSTER_NAME", value: "mysql" },
                        { name: "CLUSTER_DOMAIN", value: "cluster.local" },
                        { name: "APP_DATABASE", value: "app" },
                        { name: "APP_USER", value: "app" },
                    ],
                    volumeMounts: [
                        ...mounts,
                        { name: "topology", mountPath: "/etc/mysql-topology", readOnly: true },
                        { name: "declared", mountPath: "/etc/mysql-declared", readOnly: true },
                        { name: "credentials", mountPath: "/run/secrets/mysql", readOnly: true },
                        {
                            name: "internal-credentials",
                            mountPath: "/run/secrets/mysql-internal",
                            readOnly: true,
                        },
                    ],
                },
            ],
            containers: [
                {
                    name: "mysqld",
                    image: "mysql:9.7.1",
                    resources,
                    command: ["bash", "/opt/mysql-cluster/serve.sh"],
                    env: [{ name: "LAG_BOUND_SECONDS", value: "60" }],
                    ports: [{ name: "mysql", containerPort: 3306 }],
                    lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
                    startupProbe: { ...alive, periodSeconds: 2, failureThreshold: 7200 },
                    livenessProbe: { ...alive, periodSeconds: 10, failureThreshold: 6 },
                    readinessProbe: {
                        exec: { command: ["bash", "/opt/mysql-cluster/ready.sh"] },
                        timeoutSeconds: 10,
                        periodSeconds: 2,
                        failureThreshold: 1,
                    },
                    volumeMounts: mounts,
                },
            ],
            volumes: [
                { name: "config", configMap: { name: "config-1" } },
                { name: "scripts", configMap: { name: "scripts-1" } },
                { name: "topology", configMap: { name: "mysql-topology", optional: true } },
                { name: "declared", configMap: { name: "mysql-declared", optional: true } },
                {
                    name: "credentials",
                    secret: {
                        secretName: "credentials-1",
                        defaultMode: 0o440,
                        items: [
                            { key: "root-password", path: "root-password" },
                            { key: "password", path: "password" },
                        ],
                    },
                },
                {
                    name: "internal-credentials",
                    secret: { secretName: "internal-1", defaultMode: 0o440 },
                },
                { name: "run", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
                { name: "tmp", emptyDir: {} },
            ],
        });
    });

    it("doesn't depend on the number of Pods, so that another one restarts none", () => {
        assert.deepEqual(spec({ pods: 15 }), spec({ pods: 1 }));
    });

    it("goes where it is told to", () => {
        const tolerations = [{ key: "db", operator: "Exists", effect: "NoSchedule" }];
        const found = JSON.parse(
            JSON.stringify(
                spec({
                    nodeSelector: { disk: "ssd" },
                    tolerations,
                    imagePullSecrets: ["pull"],
                }),
            ),
        );
        assert.deepEqual(found.nodeSelector, { disk: "ssd" });
        assert.deepEqual(found.tolerations, tolerations);
        assert.deepEqual(found.imagePullSecrets, [{ name: "pull" }]);
    });

    it("brings every script it runs, with the line ends that bash wants", () => {
        const files = scripts();
        const sourced = Object.values(files).flatMap((content) =>
            [...content.matchAll(/^source .*\/([\w.]+)"$/gm)].map(([, name]) => name ?? ""),
        );
        for (const name of ["prepare.sh", "alive.sh", "ready.sh", ...sourced]) {
            assert.ok(name in files, name);
        }
        assert.ok(sourced.length >= 3);
        for (const [name, content] of Object.entries(files)) {
            assert.ok(!content.includes("\r"), name);
            assert.ok(content.endsWith("\n"), name);
        }
    });
});
