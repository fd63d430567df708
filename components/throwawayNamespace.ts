import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { restrictedNamespaceLabels } from "./namespace";
import { uniqueName } from "./names";
import type { NfsProvisionerArgs } from "./nfsProvisioner";
import { NfsProvisioner } from "./nfsProvisioner";

/** What supplies the volumes: as for an NfsProvisioner, but for its classes. */
export type ThrowawayNamespaceArgs = Omit<NfsProvisionerArgs, "classes" | "protect">;

/**
 * A namespace with NFS volumes for what need not last: a trial, a review, an example. `pulumi destroy` deletes its
 * claims and the directories of their volumes with it. What should last belongs on an NfsProvisioner of its own, whose
 * classes retain.
 *
 * Its Pods must meet Pod Security `restricted`. For directories to be removed, they and the provisioner need
 * one uid: give the Pods' as `runAsUser`.
 */
export class ThrowawayNamespace extends pulumi.ComponentResource {
    /** Its name: the component's, with a suffix that Pulumi makes. */
    readonly namespace: pulumi.Output<string>;
    /** The class whose volumes are deleted with their claims. */
    readonly storageClassName: pulumi.Output<string>;

    constructor(
        name: string,
        args: ThrowawayNamespaceArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("mysqlnfs:index:ThrowawayNamespace", name, {}, opts);
        const nfs = new NfsProvisioner(
            name,
            {
                ...args,
                classes: [
                    {
                        name: uniqueName([name, pulumi.getProject(), pulumi.getStack()]),
                        reclaimPolicy: "Delete",
                        onDelete: "delete",
                    },
                ],
            },
            { parent: this },
        );
        const namespace = new k8s.core.v1.Namespace(
            name,
            { metadata: { labels: restrictedNamespaceLabels } },
            // The claims go with the namespace, and the provisioner that removes their volumes after it.
            { parent: this, dependsOn: [nfs] },
        );
        this.namespace = namespace.metadata.name;
        this.storageClassName = nfs.storageClassName;
        this.registerOutputs({
            namespace: this.namespace,
            storageClassName: this.storageClassName,
        });
    }
}
