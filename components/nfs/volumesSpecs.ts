import type { Declared } from "../declared";
import type * as k8s from "../kubernetes";
import { hashedName } from "../names";
import { mountOptions, nfsDefaults } from "./args";
import type { NfsVolume, NfsVolumesArgs } from "./volumesArgs";

type PersistentVolumeSpec = k8s.types.input.core.v1.PersistentVolumeSpec;
type StorageClassArgs = k8s.storage.v1.StorageClassArgs;

/**
 * What the class is called and the names of the volumes begin with. All stacks of a cluster see these names, and one
 * stack that took over another's volumes would be worse than a long name: hence always with a hash.
 */
export function volumesName(name: string, project: string, stack: string): string {
    return hashedName([name, project, stack]);
}

/** Labels of a volume, or of what belongs to all of them. */
export function labels(
    unique: string,
    args: NfsVolumesArgs,
    volume?: NfsVolume,
): Record<string, string> {
    return {
        ...args.labels,
        ...volume?.labels,
        "app.kubernetes.io/name": "nfs-volumes",
        "app.kubernetes.io/instance": unique,
    };
}

export function volumeSpec(
    args: NfsVolumesArgs,
    volume: NfsVolume,
    storageClassName: string,
): PersistentVolumeSpec {
    return {
        capacity: { storage: volume.capacity },
        accessModes: volume.accessModes,
        // Nothing else is of use here: Delete needs a provisioner and leaves the volume Failed without one,
        // Recycle empties the directory.
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName,
        mountOptions: mountOptions(args.version ?? nfsDefaults.version, [
            ...(volume.mountOptions ?? args.mountOptions ?? []),
            // Access modes only decide who gets the volume; this is what keeps a Pod from writing.
            ...(volume.accessModes.every((mode) => mode === "ReadOnlyMany") ? ["ro"] : []),
        ]),
        claimRef: volume.claimRef,
        nfs: { server: volume.server ?? args.server, path: volume.path },
    };
}

export const noProvisionerClass: Omit<StorageClassArgs, "metadata"> = {
    provisioner: "kubernetes.io/no-provisioner",
    // A claim is bound with its Pod. When no volume fits, the scheduler says so on the Pod, where it is looked
    // for; bound at once, a claim would complain of the missing provisioner.
    volumeBindingMode: "WaitForFirstConsumer",
    // What the API server would fill in; never used, as nothing is provisioned.
    reclaimPolicy: "Retain",
    allowVolumeExpansion: false,
};

/** What Kubernetes never lets a volume change. */
export const volumeIgnoreChanges = ["spec.nfs"];

/** What the guard of a volume compares; fields named as in the component's arguments. */
export function declaredOfVolume(args: NfsVolumesArgs, volume: NfsVolume): Declared {
    return {
        [`volumes.${volume.name}.server`]: volume.server ?? args.server,
        [`volumes.${volume.name}.path`]: volume.path,
    };
}

/** Says what to do instead of pointing a volume, with the claim bound to it, somewhere else. */
export function judgeVolumeChange(): string {
    return "bring the old value back: Kubernetes can't point a volume at another directory. Add a volume of another name for that one";
}

/** Says what to do instead of giving all volumes another class than the claims bound to them have. */
export function judgeVolumesClassChange(): string {
    return "bring the old value back: the claims bound to these volumes keep their class. Add another NfsVolumes for the new one";
}
