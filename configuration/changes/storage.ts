import type { Rule } from "./row";
import { back, change, refused } from "./row";

function provisioner(...paths: string[]): string[] {
    const full = paths.map((path) => `spec.template.spec.${path}`);
    return [`update Deployment nfs: ${full.join(" ")}`];
}

function mountOption(index: number): string[] {
    return [
        `update PersistentVolume nfs-export: spec.mountOptions[${index}]`,
        `update StorageClass nfs: mountOptions[${index}]`,
        `update StorageClass nfs-nfs-shared-scratch: mountOptions[${index}]`,
    ];
}

export const storageRules: readonly Rule[] = [
    {
        effect: "in place",
        happens: "new volumes are mounted so; those that exist keep what they were made with",
        changes: [
            change("nfsVersion", "4.1 to 4.2", "4.2", mountOption(1)),
            change("nfsVersion", "4.1 to 3", "3", mountOption(1)),
            change("nfsMountOptions", "one more", ["timeo=600"], mountOption(2)),
        ],
    },
    {
        effect: "in place",
        happens: "decides about claims to come; no claim that exists is touched",
        changes: [
            change("nfsDefaultClass", "`false` to `true`", true, [
                'update StorageClass nfs: metadata.annotations["storageclass.kubernetes.io/is-default-class"]',
            ]),
        ],
    },
    {
        which: "a class more, or mount options of one",
        effect: "more",
        happens: "the other classes stay as they are",
        changes: [
            change(
                "nfsExtraClasses",
                "one more class",
                [{ name: "nfs-shared-scratch", reclaimPolicy: "Delete" }, { name: "nfs-more" }],
                ["create StorageClass nfs-nfs-more"],
            ),
            change(
                "nfsExtraClasses",
                "mount options of one",
                [
                    {
                        name: "nfs-shared-scratch",
                        reclaimPolicy: "Delete",
                        mountOptions: ["noatime"],
                    },
                ],
                ["update StorageClass nfs-nfs-shared-scratch: mountOptions[2]"],
            ),
        ],
    },
    {
        effect: "protected",
        happens: "without `protect` refused as well, since claims keep their class",
        changes: [
            refused("nfsClassName", "another name", "fast", [
                "StorageClass nfs",
                "set protect to false",
            ]),
        ],
    },
    {
        which: "a class less",
        effect: "protected",
        happens:
            "after an up without `protect` the class goes; its claims and volumes stay, and nobody clears away volumes with reclaim policy Delete any more",
        changes: [
            refused("nfsExtraClasses", "unset", undefined, [
                "StorageClass nfs-nfs-shared-scratch",
                "set protect to false",
            ]),
        ],
    },
    {
        effect: "provisioner restart",
        happens: "new volumes wait for it; MySQL and volumes that exist don't notice",
        changes: [
            change("nfsProvisionerImage", "unset", undefined, provisioner("containers[0].image")),
            change("nfsProvisionerReplicas", "1 to 2, with a leader lock", 2, [
                "create Role nfs-leader-lock",
                "create RoleBinding nfs-leader-lock",
                "update Deployment nfs: spec.replicas spec.template.spec.containers[0].env[3].value",
            ]),
            change(
                "nfsProvisionerResources",
                "more memory",
                {
                    requests: { cpu: "10m", memory: "32Mi" },
                    limits: { cpu: "200m", memory: "256Mi" },
                },
                provisioner("containers[0].resources.limits.memory"),
            ),
            change(
                "nfsProvisionerTolerations",
                "one toleration",
                [{ key: "storage", operator: "Exists" }],
                provisioner("tolerations"),
            ),
            change(
                "nfsProvisionerNodeSelector",
                "a label",
                { "kubernetes.io/os": "linux" },
                provisioner("nodeSelector"),
            ),
            change(
                "nfsProvisionerAffinity",
                "an affinity",
                {
                    podAntiAffinity: {
                        requiredDuringSchedulingIgnoredDuringExecution: [
                            {
                                topologyKey: "kubernetes.io/hostname",
                                labelSelector: { matchLabels: { storage: "busy" } },
                            },
                        ],
                    },
                },
                provisioner("affinity"),
            ),
            change(
                "nfsProvisionerImagePullSecrets",
                "a pull Secret",
                ["pull"],
                provisioner("imagePullSecrets"),
            ),
            change(
                "nfsRunAsUser",
                "another uid, which must be able to write to the export",
                999,
                provisioner("securityContext.runAsUser"),
            ),
            change("nfsRunAsGroup", "another gid", 999, provisioner("securityContext.runAsGroup")),
        ],
    },
    {
        effect: "refused",
        happens:
            "claims can't follow. Set up a stack with the new value and copy the data. `storageSize` up alone is done in place where the class lets volumes grow (see `examples/other-class`)",
        changes: [
            refused("storageSize", "1Gi to 2Gi", "2Gi", [back, "1Gi"]),
            refused("storageSize", "1Gi to 512Mi", "512Mi", [back, "can't shrink", "1Gi"]),
            refused("storageSize", "unset, which is 10Gi", undefined, ["10Gi"]),
            refused("storageAccessMode", "another mode", "ReadWriteMany", [back, "ReadWriteOnce"]),
            refused(
                "storageClassName",
                "a class that exists, beside the export",
                "nfs-shared-scratch",
                ["remove it", "mysql-nfs:nfsServer"],
            ),
            refused(
                "storageClassName",
                "a class that exists, in place of the export",
                "nfs-shared-scratch",
                [back, "nfs-mysql-nfs-shared"],
                { nfsServer: undefined, nfsPath: undefined },
            ),
        ],
    },
    {
        effect: "refused",
        happens:
            "volumes hang on them. Set up a stack on the new export and copy the data, or add a class by `nfsExtraClasses`",
        changes: [
            refused("nfsServer", "another server", "10.0.0.9", [back, "10.88.0.1"]),
            refused("nfsServer", "unset", undefined, ["host name or IP address"]),
            refused("nfsPath", "another directory", "/export2", [back, "/export"]),
            refused("nfsPath", "unset", undefined, ["absolute path"]),
            refused("nfsReclaimPolicy", "`Retain` to `Delete`", "Delete", [
                back,
                "Retain",
                "Add a class of another name",
            ]),
            refused("nfsArchiveOnDelete", "`true` to `false`", false, [
                back,
                "Add a class of another name",
            ]),
            refused("nfsOnDelete", "set to `retain`", "retain", [
                back,
                "Add a class of another name",
            ]),
            refused("nfsPathPattern", "a pattern", "${.PVC.namespace}/${.PVC.name}", [
                back,
                "Add a class of another name",
            ]),
            refused(
                "nfsExtraClasses",
                "reclaim policy of one",
                [{ name: "nfs-shared-scratch", reclaimPolicy: "Retain" }],
                [back, "Add a class of another name"],
            ),
        ],
    },
];
