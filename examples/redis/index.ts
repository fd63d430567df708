import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { StatefulService, ThrowawayNamespace } from "../../components";

const config = new pulumi.Config();

// uid of Redis and of the provisioner, which removes what Redis wrote.
const user = 65534;

const own = new ThrowawayNamespace("redis", {
    server: config.require("nfsServer"),
    path: config.require("nfsPath"),
    image: config.get("nfsProvisionerImage"),
    runAsUser: user,
});

export const { namespace } = own;

/** The same server twice; what is mounted as `data` makes the difference. */
const redis: k8s.types.input.core.v1.PodSpec = {
    securityContext: { runAsUser: user },
    containers: [
        {
            name: "redis",
            image: config.require("image"),
            // Each write is on the volume within a second. No password: whoever reaches the Pod is let in.
            command: ["redis-server", "--dir", "/data", "--appendonly", "yes"],
            args: ["--protected-mode", "no"],
            ports: [{ name: "redis", containerPort: 6379 }],
            readinessProbe: { exec: { command: ["redis-cli", "-e", "ping"] }, periodSeconds: 2 },
            resources: {
                requests: { cpu: "10m", memory: "32Mi" },
                limits: { memory: "128Mi" },
            },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
        },
    ],
};

const ports = [{ name: "redis", port: 6379 }];

const kept = new StatefulService("redis", {
    namespace,
    name: "redis",
    replicas: 2,
    ports,
    podSpec: redis,
    claims: [
        {
            name: "data",
            storageClassName: own.storageClassName,
            size: "100Mi",
            accessModes: ["ReadWriteMany"],
        },
    ],
});

const cache = new StatefulService("cache", {
    namespace,
    name: "cache",
    replicas: 1,
    ports,
    podSpec: { ...redis, volumes: [{ name: "data", emptyDir: {} }] },
});

export const redisPods = kept.podDnsNames;
export const cachePods = cache.podDnsNames;

const kubectl = pulumi.interpolate`kubectl -n ${namespace}`;
export const next = [
    pulumi.interpolate`${kubectl} exec redis-0 -- redis-cli set greeting hello`,
    pulumi.interpolate`${kubectl} exec redis-0 -- redis-cli -h cache-0.cache set greeting hello`,
    pulumi.interpolate`${kubectl} delete pod redis-0 cache-0`,
    pulumi.interpolate`${kubectl} exec redis-0 -- redis-cli get greeting`,
    pulumi.interpolate`${kubectl} exec cache-0 -- redis-cli get greeting`,
];
