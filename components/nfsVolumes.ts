import * as pulumi from "@pulumi/pulumi";
import { declaredAnnotation, refuseChanges, withGuard } from "./declared";
import * as k8s from "./kubernetes";
import type { NfsVolume, NfsVolumesArgs } from "./nfs/volumesArgs";
import { nfsVolumesDefaults } from "./nfs/volumesArgs";
import { nfsVolumesProblems } from "./nfs/volumesProblems";
import * as specs from "./nfs/volumesSpecs";
import { assertNoProblems } from "./problem";

export type { NfsAccessMode, NfsVolume, NfsVolumesArgs } from "./nfs/volumesArgs";

/**
 * Volumes that an administrator made by hand: directories of an NFS server, offered to the claims of one class.
 * A claim gets the smallest volume that has its size and its access modes; no provisioner takes part.
 *
 * The volumes outlive the stack with the claims bound to them, and the data outlives the volumes: Kubernetes never
 * deletes a file here. A volume whose claim was deleted is Released and goes to nobody until someone frees
 * it; docs/static-volumes.md says how.
 *
 * Everything made here is cluster-scoped and named after the component, the project and the stack.
 */
export class NfsVolumes extends pulumi.ComponentResource {
    /** What claims give as storageClassName. Whoever uses it comes after the volumes. */
    readonly storageClassName: pulumi.Output<string>;
    /** Names of the PersistentVolumes, in the order of the list. */
    readonly volumeNames: pulumi.Output<string[]>;

    constructor(name: string, args: NfsVolumesArgs, opts?: pulumi.ComponentResourceOptions) {
        assertNoProblems(`NfsVolumes ${name}`, nfsVolumesProblems(args));
        const unique = specs.volumesName(name, pulumi.getProject(), pulumi.getStack());
        const { storageClassName = unique } = args;
        super(
            "mysqlnfs:index:NfsVolumes",
            name,
            { declared: JSON.stringify({ storageClassName }) },
            // A class of another name is another one: no hook of its own sees the change.
            withGuard(
                opts,
                refuseChanges(`NfsVolumes ${name}: class`, specs.judgeVolumesClassChange),
            ),
        );
        const { protect = nfsVolumesDefaults.protect } = args;

        const volumes = args.volumes.map((volume) =>
            this.volume(`${name}-${volume.name}`, unique, volume, args, storageClassName),
        );
        this.volumeNames = pulumi.all(volumes.map((volume) => volume.metadata.name));

        const createsClass = args.createStorageClass ?? nfsVolumesDefaults.createStorageClass;
        this.storageClassName = createsClass
            ? new k8s.storage.v1.StorageClass(
                  name,
                  {
                      metadata: { name: storageClassName, labels: specs.labels(unique, args) },
                      ...specs.noProvisionerClass,
                  },
                  // Claims come after the class, hence after the volumes.
                  { parent: this, protect, dependsOn: volumes },
              ).metadata.name
            : this.volumeNames.apply(() => storageClassName);
        this.registerOutputs({
            storageClassName: this.storageClassName,
            volumeNames: this.volumeNames,
        });
    }

    private volume(
        name: string,
        unique: string,
        volume: NfsVolume,
        args: NfsVolumesArgs,
        storageClassName: string,
    ): k8s.core.v1.PersistentVolume {
        return new k8s.core.v1.PersistentVolume(
            name,
            {
                metadata: {
                    name: `${unique}-${volume.name}`,
                    labels: specs.labels(unique, args, volume),
                    annotations: {
                        [declaredAnnotation]: JSON.stringify(specs.declaredOfVolume(args, volume)),
                        // The provider waits for Available or Bound, also after updates: a Released
                        // volume would keep every change waiting until it fails.
                        "pulumi.com/skipAwait": "true",
                        // Kubernetes writes claimRef as well. Who a volume is for is the list's to say, and
                        // whose it is Kubernetes puts right again by the uid, which the list never says.
                        "pulumi.com/patchForce": "true",
                    },
                },
                spec: specs.volumeSpec(args, volume, storageClassName),
            },
            {
                parent: this,
                protect: args.protect ?? nfsVolumesDefaults.protect,
                provider: args.adoptingProvider,
                retainOnDelete: args.retainOnDelete ?? nfsVolumesDefaults.retainOnDelete,
                // Without this the provider would replace the volume; the hook refuses what should not
                // be ignored in silence.
                ignoreChanges: specs.volumeIgnoreChanges,
                hooks: {
                    beforeUpdate: [
                        refuseChanges(`NfsVolumes ${name}: source`, specs.judgeVolumeChange),
                    ],
                },
            },
        );
    }
}
