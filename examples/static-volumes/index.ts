import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NfsVolumes, StatefulService } from "../../components";
import { restrictedNamespaceLabels } from "../../components/namespace";
import type { AccessMode } from "../../components";

const config = new pulumi.Config();
const path = config.require("nfsPath");

// Whoever reserves a volume types the namespace, before there is one.
const namespaceName = `${pulumi.getProject()}-${pulumi.getStack()}`;

const volumes = new NfsVolumes("volumes", {
    server: config.require("nfsServer"),
    volumes: [
        { name: "tiny", path: `${path}/tiny`, capacity: "100Mi", accessModes: ["ReadWriteOnce"] },
        {
            name: "small-1",
            path: `${path}/small-1`,
            capacity: "1Gi",
            accessModes: ["ReadWriteOnce"],
        },
        {
            name: "small-2",
            path: `${path}/small-2`,
            capacity: "1Gi",
            accessModes: ["ReadWriteOnce"],
        },
        { name: "large", path: `${path}/large`, capacity: "10Gi", accessModes: ["ReadWriteOnce"] },
        { name: "shared", path: `${path}/shared`, capacity: "2Gi", accessModes: ["ReadWriteMany"] },
        {
            name: "ledger",
            path: `${path}/ledger`,
            capacity: "1Gi",
            accessModes: ["ReadWriteOnce"],
            claimRef: { namespace: namespaceName, name: "data-ledger-0" },
        },
    ],
    // An example leaves nothing behind but the directories. The defaults keep the volumes with their claims.
    protect: false,
    retainOnDelete: false,
});

const namespaceResource = new k8s.core.v1.Namespace(
    "namespace",
    { metadata: { name: namespaceName, labels: restrictedNamespaceLabels } },
    // The claims go with the namespace, and the volumes after them.
    { dependsOn: volumes },
);

export const namespace = namespaceResource.metadata.name;

/** Pods that write down each of their starts. */
function service(name: string, replicas: number, size: string, mode: AccessMode): StatefulService {
    return new StatefulService(name, {
        namespace,
        name,
        replicas,
        // Nothing listens; a headless Service has a port nevertheless.
        ports: [{ name: "none", port: 1 }],
        podSpec: {
            securityContext: { runAsUser: 65534, runAsGroup: 65534 },
            terminationGracePeriodSeconds: 1,
            containers: [
                {
                    name: "writer",
                    image: config.require("image"),
                    command: [
                        "sh",
                        "-c",
                        'echo "$HOSTNAME started" >>/data/starts; exec sleep infinity',
                    ],
                    resources: {
                        requests: { cpu: "10m", memory: "16Mi" },
                        limits: { memory: "32Mi" },
                    },
                    volumeMounts: [{ name: "data", mountPath: "/data" }],
                },
            ],
        },
        claims: [
            {
                name: "data",
                storageClassName: volumes.storageClassName,
                size,
                accessModes: [mode],
            },
        ],
    });
}

// tiny is too small and large is larger than it need be; shared lacks the mode and ledger is another's.
service("notes", config.requireNumber("notesPods"), "500Mi", "ReadWriteOnce");
// The smallest of those that many Pods may write to, however large.
service("board", 1, "500Mi", "ReadWriteMany");
// The one that is reserved for it.
service("ledger", 1, "500Mi", "ReadWriteOnce");

export const { storageClassName, volumeNames } = volumes;

const kubectl = pulumi.interpolate`kubectl -n ${namespace}`;
export const next = [
    pulumi.interpolate`kubectl get pv -l app.kubernetes.io/instance=${storageClassName}`,
    pulumi.interpolate`${kubectl} get pvc`,
    pulumi.interpolate`${kubectl} exec ledger-0 -- cat /data/starts`,
];
