import type * as pulumi from "@pulumi/pulumi";
import type { Declared } from "../declared";
import type * as k8s from "../kubernetes";
import { shortHash } from "../names";
import { unlessEmpty } from "../unlessEmpty";
import type { NfsProvisionerArgs, NfsStorageClass } from "./args";
import { mountOptions, nfsClassDefaults, nfsDefaults } from "./args";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;
type ClaimSpec = k8s.types.input.core.v1.PersistentVolumeClaimSpec;
type PersistentVolumeSpec = k8s.types.input.core.v1.PersistentVolumeSpec;
type StorageClassArgs = k8s.storage.v1.StorageClassArgs;

/**
 * What the provisioner calls itself, in its Deployment and in its classes. Two provisioners of one name would
 * both answer each claim, so it tells apart stacks (by the unique name) and exports (by the hash).
 */
export function provisionerName(unique: string, args: NfsProvisionerArgs): string {
    return `mysql-nfs/${unique}-${shortHash(args.server, args.path)}`;
}

/**
 * The rights that v4.0.2 uses, no more (read in it and in sig-storage-lib-external-provisioner 6.0.0, with
 * Immediate binding). `get` on volumes: without it deletions are skipped in silence. Events go to
 * the claims' namespaces, hence cluster-wide.
 */
export const clusterRules: PolicyRule[] = [
    {
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: ["get", "list", "watch", "create", "delete"],
    },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["list", "watch"] },
    {
        apiGroups: ["storage.k8s.io"],
        resources: ["storageclasses"],
        verbs: ["get", "list", "watch"],
    },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
];

/** The leader lock of v4.0.2 is an Endpoints object; creation can't be narrowed to a name. */
export function leaderLockRules(provisioner: string): PolicyRule[] {
    const lock = provisioner.replace(/\//g, "-");
    return [
        { apiGroups: [""], resources: ["endpoints"], verbs: ["create"] },
        {
            apiGroups: [""],
            resources: ["endpoints"],
            resourceNames: [lock],
            verbs: ["get", "update"],
        },
    ];
}

/** The size is nominal: NFS enforces none, but a volume and a claim must name one to be bound. */
const exportSize = "1Mi";

/**
 * A volume of its own for the whole export: an inline `nfs:` volume is not allowed in restricted Pods. No
 * StorageClass has the name it gives as its class, so no claim but the one made for it asks for it.
 */
export function exportVolumeSpec(
    args: NfsProvisionerArgs,
    storageClassName: string,
): PersistentVolumeSpec {
    return {
        capacity: { storage: exportSize },
        accessModes: ["ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName,
        mountOptions: mountOptions(args.version ?? nfsDefaults.version, args.mountOptions ?? []),
        nfs: { server: args.server, path: args.path },
    };
}

export function exportClaimSpec(
    volumeName: ClaimSpec["volumeName"],
    storageClassName: string,
): ClaimSpec {
    return {
        volumeName,
        storageClassName,
        accessModes: ["ReadWriteMany"],
        resources: { requests: { storage: exportSize } },
    };
}

export function provisionerPodSpec(
    args: NfsProvisionerArgs,
    names: {
        provisioner: string;
        claim: pulumi.Input<string>;
        serviceAccount: pulumi.Input<string>;
    },
): PodSpec {
    const { runAsUser = nfsDefaults.runAsUser, runAsGroup = nfsDefaults.runAsGroup } = args;
    return {
        serviceAccountName: names.serviceAccount,
        // The one Pod of this project that talks to the API server: it makes PersistentVolumes.
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        securityContext: {
            runAsNonRoot: true,
            runAsUser,
            runAsGroup,
            seccompProfile: { type: "RuntimeDefault" },
        },
        imagePullSecrets: unlessEmpty(args.imagePullSecrets?.map((name) => ({ name }))),
        tolerations: unlessEmpty(args.tolerations),
        nodeSelector: unlessEmpty(args.nodeSelector),
        affinity: unlessEmpty(args.affinity),
        containers: [
            {
                name: "provisioner",
                image: args.image ?? nfsDefaults.image,
                env: [
                    { name: "PROVISIONER_NAME", value: names.provisioner },
                    { name: "NFS_SERVER", value: args.server },
                    { name: "NFS_PATH", value: args.path },
                    // Upstream elects a leader when the variable is absent.
                    { name: "ENABLE_LEADER_ELECTION", value: String(electsLeader(args)) },
                ],
                resources: args.resources ?? nfsDefaults.resources,
                securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                },
                volumeMounts: [{ name: "export", mountPath: "/persistentvolumes" }],
            },
        ],
        volumes: [{ name: "export", persistentVolumeClaim: { claimName: names.claim } }],
    };
}

export function electsLeader({ replicas = nfsDefaults.replicas }: NfsProvisionerArgs): boolean {
    return replicas > 1;
}

/** The parameters as v4.0.2 reads them, at provisioning and again at each deletion. */
export function classParameters(each: NfsStorageClass): Record<string, string> {
    return {
        archiveOnDelete: String(each.archiveOnDelete ?? nfsClassDefaults.archiveOnDelete),
        ...(each.onDelete === undefined ? {} : { onDelete: each.onDelete }),
        ...(each.pathPattern === undefined ? {} : { pathPattern: each.pathPattern }),
    };
}

/** What Kubernetes never lets a StorageClass change. */
export const classIgnoreChanges = [
    "provisioner",
    "parameters",
    "reclaimPolicy",
    "volumeBindingMode",
    "allowVolumeExpansion",
];

export function storageClassArgs(
    each: NfsStorageClass,
    args: NfsProvisionerArgs,
    provisioner: string,
): Omit<StorageClassArgs, "metadata"> {
    return {
        provisioner,
        parameters: classParameters(each),
        reclaimPolicy: each.reclaimPolicy ?? nfsClassDefaults.reclaimPolicy,
        mountOptions: mountOptions(
            args.version ?? nfsDefaults.version,
            each.mountOptions ?? args.mountOptions ?? [],
        ),
        volumeBindingMode: "Immediate",
        // A directory has no size to grow; saying true would be a lie that claims believe.
        allowVolumeExpansion: false,
    };
}

/** What the guard of a class compares; fields named as in the component's arguments. */
export function declaredOfClass(
    each: NfsStorageClass,
    index: number,
    args: NfsProvisionerArgs,
): Declared {
    const at = `classes[${index}]`;
    return {
        server: args.server,
        path: args.path,
        [`${at}.reclaimPolicy`]: each.reclaimPolicy ?? nfsClassDefaults.reclaimPolicy,
        [`${at}.archiveOnDelete`]: String(each.archiveOnDelete ?? nfsClassDefaults.archiveOnDelete),
        [`${at}.onDelete`]: each.onDelete ?? "",
        [`${at}.pathPattern`]: each.pathPattern ?? "",
    };
}

/** Says why a class in use can't take the change, and what to do instead. */
export function judgeClassChange({ field }: { field: string }): string {
    return field === "server" || field === "path"
        ? "bring the old value back: volumes that exist stay on the export they were made on. To move, set up a stack on the new export and copy the data"
        : "bring the old value back: Kubernetes can't change this of a StorageClass. Add a class of another name for new volumes; those that exist keep what they were made with";
}
