import type * as pulumi from "@pulumi/pulumi";
import type * as k8s from "../kubernetes";

/** What NFS volumes can be used as. ReadWriteOncePod is for CSI drivers. */
export type NfsAccessMode = "ReadWriteOnce" | "ReadWriteMany" | "ReadOnlyMany";

/** A directory of an NFS server, offered to claims as a volume. */
export interface NfsVolume {
    /** Name within the list; the PersistentVolume is called `<storageClassName's default>-<name>`. */
    name: string;
    /**
     * The directory, an absolute path. It must be there, and writable for the user of the Pods: nothing makes it.
     * No other volume of the list may have it, lie in it or hold it.
     */
    path: string;
    /** @default the server of the list */
    server?: string;
    /**
     * What claims are measured by: they get the smallest volume that has what they ask for. NFS itself
     * limits nothing by it.
     */
    capacity: pulumi.Input<string>;
    /**
     * A claim gets the volume only if all its modes are among these. With ReadOnlyMany alone the volume is mounted
     * read-only.
     */
    accessModes: NfsAccessMode[];
    /** @default those of the list */
    mountOptions?: string[];
    /**
     * The only claim that gets this volume; the claim of a StatefulService is `<claim>-<service>-<number>`.
     * It counts while no claim is bound.
     * @default the first claim that fits
     */
    claimRef?: { namespace: pulumi.Input<string>; name: pulumi.Input<string> };
    /** More labels of this volume. @default none */
    labels?: Record<string, string>;
}

export interface NfsVolumesArgs {
    /** Host name or IP address of the NFS server, as the nodes reach it, for volumes that name no other. */
    server: string;
    /** At least one. */
    volumes: NfsVolume[];
    /**
     * What claims give as their class to get one of these volumes. No provisioner may serve it, or claims
     * that find no volume would be given a new one.
     * @default a name of the component, the project and the stack
     */
    storageClassName?: string;
    /**
     * Whether to make a class of that name, with `kubernetes.io/no-provisioner`. It keeps others from giving the
     * name to a provisioner, and claims wait for their Pod, which then says when no volume fits.
     * @default true
     */
    createStorageClass?: boolean;
    /**
     * NFS protocol version: 3, 4, 4.0, 4.1 or 4.2.
     * @default 4.1
     */
    version?: string;
    /**
     * More mount options, one a list item. `hard` and the version are always added; `soft`, `nolock`, `local_lock`
     * (other than `none`) and `ro` are refused.
     * @default none
     */
    mountOptions?: string[];
    /** Labels of all volumes, besides the component's own. @default none */
    labels?: Record<string, string>;
    /**
     * Whether Pulumi refuses to let go of a volume or the class until this is false and `pulumi up` has run.
     * @default true
     */
    protect?: boolean;
    /**
     * Whether the volumes stay in the cluster when the stack lets go of them, as the claims bound to them do. False is
     * for claims that go first, with their namespace, say: Kubernetes can't take back the deletion of
     * a volume in use, and carries it out when the claim goes. The directories stay in any case.
     * @default true
     */
    retainOnDelete?: boolean;
    /**
     * Provider with `upsertExistingObjects` for the volumes, so that `pulumi up` takes over those that outlived
     * `pulumi destroy`.
     * @default the component's provider, which refuses volumes that exist
     */
    adoptingProvider?: k8s.Provider;
}

export const nfsVolumesDefaults = {
    createStorageClass: true,
    protect: true,
    retainOnDelete: true,
} as const;
