import type { NameOf } from "../declared";
import type { Resources, Toleration } from "../checks";
import type * as k8s from "../kubernetes";

/** A StorageClass whose volumes are directories of the export. */
export interface NfsStorageClass {
    /** Name that claims give as their class; unique in the cluster. */
    name: string;
    /**
     * What becomes of a volume when its claim is deleted: Retain leaves volume and directory alone; Delete
     * does to the directory what `onDelete` and `archiveOnDelete` say.
     * @default Retain
     */
    reclaimPolicy?: "Retain" | "Delete";
    /**
     * With reclaimPolicy Delete: rename the directory to `archived-<directory>` instead of deleting it.
     * `onDelete` wins over it.
     * @default true
     */
    archiveOnDelete?: boolean;
    /**
     * With reclaimPolicy Delete: `delete` removes the directory, `retain` leaves it in place. Removing files
     * of another uid (MySQL's is 999) needs `runAsUser` to be that uid or a squashing export.
     * @default decided by archiveOnDelete
     */
    onDelete?: "delete" | "retain";
    /**
     * Directory of a volume below the export, made of `${.PVC.name}`, `${.PVC.namespace}` (both required) and
     * `${.PVC.labels.KEY}`. With a pattern a claim made anew gets its old directory back.
     * @default <namespace>-<claim>-<volume>
     */
    pathPattern?: string;
    /**
     * Mount options of this class's volumes; `hard` and the NFS version are always added.
     * @default those of the provisioner
     */
    mountOptions?: string[];
    /**
     * Claims that name no class get this one; at most one class of a cluster should have it.
     * @default false
     */
    isDefault?: boolean;
}

export interface NfsProvisionerArgs {
    /** Host name or IP address of the NFS server, as the nodes reach it. */
    server: string;
    /** Exported directory: an absolute path without a slash at its end. */
    path: string;
    /**
     * NFS protocol version: 3, 4, 4.0, 4.1 or 4.2.
     * @default 4.1
     */
    version?: string;
    /**
     * More mount options of the export and of the volumes, one a list item. `hard` and the version are always
     * added; `soft`, `nolock` and `local_lock` (other than `none`) are refused: they break the lock that keeps two
     * servers off one directory.
     * @default none
     */
    mountOptions?: string[];
    /**
     * At least one; the first is the component's `storageClassName`.
     * @default one class with the component's unique name
     */
    classes?: NfsStorageClass[];
    /**
     * Image of nfs-subdir-external-provisioner.
     * @default registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2
     */
    image?: string;
    /**
     * Pods, 1 to 5; with more than one they elect a leader and the others stand by.
     * @default 1
     */
    replicas?: number;
    /** @default requests 10m/32Mi, limits 200m/128Mi */
    resources?: Resources;
    /** @default none */
    tolerations?: Toleration[];
    /** @default none */
    nodeSelector?: Record<string, string>;
    /** @default none */
    affinity?: k8s.types.input.core.v1.Affinity;
    /**
     * Names of pull Secrets in the provisioner's namespace. For the first `pulumi up` to find them, make the
     * namespace and the Secrets before it; with an `adoptingProvider` it is taken over.
     * @default none
     */
    imagePullSecrets?: string[];
    /**
     * uid that makes the directories. The export must let it write: mode 0777, owned by it, or squashed
     * to an owner (all_squash, anonuid). The default is what root_squash makes of root, so an export prepared for a
     * provisioner that runs as root works as it is.
     * @default 65534
     */
    runAsUser?: number;
    /** @default 65534 */
    runAsGroup?: number;
    /**
     * Provider with `upsertExistingObjects` for the namespace, so that one that exists is taken over.
     * @default the component's provider
     */
    adoptingProvider?: k8s.Provider;
    /**
     * Whether Pulumi refuses to delete a StorageClass, which the provisioner needs for each volume's end, until this
     * is false and `pulumi up` has run.
     * @default false
     */
    protect?: boolean;
    /** How errors name an argument. @default its own name */
    nameOf?: NameOf;
}

/** The defaults, in one place; see the arguments for what they mean. */
export const nfsDefaults = {
    version: "4.1",
    image: "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2",
    replicas: 1,
    resources: {
        requests: { cpu: "10m", memory: "32Mi" },
        limits: { cpu: "200m", memory: "128Mi" },
    },
    runAsUser: 65534,
    runAsGroup: 65534,
};

export const nfsClassDefaults = {
    reclaimPolicy: "Retain" as const,
    archiveOnDelete: true,
    isDefault: false,
};

/** `hard`, the version and what else was asked for, each once. */
export function mountOptions(version: string, more: readonly string[]): string[] {
    return [...new Set(["hard", `nfsvers=${version}`, ...more])];
}
