import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NfsVolume } from "../../../../components";
import { MysqlCluster, NfsVolumes } from "../../../../components";

const config = new pulumi.Config();
const protect = config.requireBoolean("protect");

const adoptingProvider = new k8s.Provider("adopting", {
    upsertExistingObjects: true,
    enableConfigMapMutable: true,
});

const namespace = new k8s.core.v1.Namespace(
    "mysql",
    { metadata: { name: "static-mysql" } },
    { provider: adoptingProvider, retainOnDelete: true },
).metadata.name;

const { storageClassName, volumeNames } = new NfsVolumes("volumes", {
    server: "10.88.0.1",
    volumes: config.requireObject<NfsVolume[]>("volumes"),
    labels: config.requireObject<Record<string, string>>("labels"),
    protect,
    adoptingProvider,
});

new MysqlCluster("mysql", {
    namespace,
    pods: 1,
    // There is no replica.
    readsFromPrimary: "whenAlone",
    image: config.require("mysqlImage"),
    controller: { image: config.require("controllerImage"), pods: 1 },
    resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "512Mi" } },
    storageClassName,
    storageSize: "1Gi",
    protect,
    adoptingProvider,
});

export { namespace, storageClassName, volumeNames };
