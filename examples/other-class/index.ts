import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MysqlCluster } from "../../components";
import { restrictedNamespaceLabels } from "../../components/namespace";

const config = new pulumi.Config();

// Somebody else's: this program only reads it.
const storageClass = k8s.storage.v1.StorageClass.get(
    `${config.name}:storageClassName`,
    config.require("storageClassName"),
);

// With it each Pod's claim is a resource of this stack: previews show it, and it can grow.
const adopting = new k8s.Provider("adopting", {
    upsertExistingObjects: true,
    enableConfigMapMutable: true,
    enablePatchForce: true,
});

// An example leaves nothing behind: the claims go with the namespace, and what becomes of their volumes is for the class
// to say. The main program retains its namespace, and the claims with it.
const mysqlNamespace = new k8s.core.v1.Namespace("mysql", {
    metadata: { labels: restrictedNamespaceLabels },
});

const mysql = new MysqlCluster("mysql", {
    namespace: mysqlNamespace.metadata.name,
    image: config.require("mysqlImage"),
    controller: { image: config.require("controllerImage") },
    pods: config.requireNumber("mysqlPods"),
    storageClassName: storageClass.metadata.name,
    storageSize: config.require("storageSize"),
    storageExpandable: storageClass.allowVolumeExpansion,
    resources: {
        requests: { cpu: "50m", memory: "256Mi" },
        limits: { cpu: "500m", memory: "512Mi" },
    },
    adoptingProvider: adopting,
    nameOf: (argument) => `${config.name}:${argument}`,
});

export const namespace = mysqlNamespace.metadata.name;
export const { primaryEndpoint, readEndpoint } = mysql;

const kubectl = pulumi.interpolate`kubectl -n ${namespace}`;
export const next = [
    pulumi.interpolate`${kubectl} get pvc`,
    pulumi.interpolate`kubectl get storageclass ${storageClass.metadata.name}`,
];
