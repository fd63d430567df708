import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MysqlCluster, NfsProvisioner } from "../../../../components";

// What a program of one's own looks like that wants more than one of everything.

const config = new pulumi.Config();
const servers: Readonly<Record<string, string>> = {
    orders: "10.88.0.1",
    billing: "nfs2.sandbox.local",
};

const namespace = new k8s.core.v1.Namespace("two-clusters").metadata.name;

for (const name of config.requireObject<string[]>("clusters")) {
    const volumes = new NfsProvisioner(`nfs-${name}`, {
        server: servers[name] ?? "",
        path: "/export",
        image: config.require("provisionerImage"),
    });
    new MysqlCluster(name, {
        namespace,
        name,
        pods: name === "orders" ? 2 : 1,
        readsFromPrimary: "whenAlone",
        image: config.require("mysqlImage"),
        // The sandbox's node has two processors for all that the test brings up.
        controller: { image: config.require("controllerImage"), pods: 1 },
        resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "512Mi" } },
        storageClassName: volumes.storageClassName,
        storageSize: "1Gi",
        protect: false,
    });
}

export { namespace };
