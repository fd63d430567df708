import * as pulumi from "@pulumi/pulumi";
import { declaredAnnotation, refuseChanges } from "./declared";
import * as k8s from "./kubernetes";
import { uniqueName } from "./names";
import { restrictedNamespaceLabels } from "./namespace";
import type { NfsProvisionerArgs, NfsStorageClass } from "./nfs/args";
import { nfsDefaults } from "./nfs/args";
import { nfsProblems } from "./nfs/problems";
import * as specs from "./nfs/specs";
import { assertNoProblems } from "./problem";

export type { NfsProvisionerArgs, NfsStorageClass } from "./nfs/args";

/** The account's, in the provisioner's own namespace. */
const accountName = "nfs-provisioner";

/**
 * Supplies volumes from an NFS export: the nfs-subdir-external-provisioner in a namespace of its own and the
 * StorageClasses it serves. Each claim of such a class gets a directory of the export.
 *
 * Everything cluster-scoped is named after the component, the project and the stack, so any number of these
 * live side by side on one cluster.
 */
export class NfsProvisioner extends pulumi.ComponentResource {
    /** Name of the first class: what claims give as storageClassName. */
    readonly storageClassName: pulumi.Output<string>;
    /** Names of all classes, in the order given. */
    readonly storageClassNames: pulumi.Output<string[]>;
    readonly namespace: pulumi.Output<string>;
    readonly provisionerName: pulumi.Output<string>;

    constructor(name: string, args: NfsProvisionerArgs, opts?: pulumi.ComponentResourceOptions) {
        assertNoProblems(`NfsProvisioner ${name}`, nfsProblems(args));
        super("mysqlnfs:index:NfsProvisioner", name, {}, opts);
        const unique = uniqueName([name, pulumi.getProject(), pulumi.getStack()], 54);
        const provisioner = specs.provisionerName(unique, args);
        const labels = {
            "app.kubernetes.io/name": "nfs-provisioner",
            "app.kubernetes.io/instance": unique,
        };
        const parent = { parent: this };

        const role = new k8s.rbac.v1.ClusterRole(
            `${name}-runner`,
            { metadata: { name: unique, labels }, rules: specs.clusterRules },
            parent,
        );
        const namespace = new k8s.core.v1.Namespace(
            name,
            { metadata: { name: unique, labels: restrictedNamespaceLabels } },
            {
                ...parent,
                // Pull Secrets must be there before the Pod, so someone may have made the namespace for them.
                provider: args.adoptingProvider,
                // A ClusterRole isn't adopted: where another stack has a provisioner of this name, all ends
                // before its namespace is taken over, and later deleted with this stack.
                dependsOn: [role],
            },
        );
        const inNamespace = { namespace: namespace.metadata.name, labels };

        const account = new k8s.core.v1.ServiceAccount(
            name,
            {
                metadata: { ...inNamespace, name: accountName },
                automountServiceAccountToken: false,
            },
            parent,
        );
        // Names as text: a binding waits neither for the account nor for the namespace.
        const subjects = [{ kind: "ServiceAccount", name: accountName, namespace: unique }];
        const binding = new k8s.rbac.v1.ClusterRoleBinding(
            `${name}-runner`,
            {
                metadata: { name: unique, labels },
                subjects,
                roleRef: {
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "ClusterRole",
                    name: role.metadata.name,
                },
            },
            parent,
        );
        const lock = specs.electsLeader(args)
            ? [this.leaderLock(name, provisioner, inNamespace, subjects)]
            : [];

        // Another server makes a new volume and claim before the old ones go, hence no fixed names.
        const volume = new k8s.core.v1.PersistentVolume(
            `${name}-export`,
            { metadata: { labels }, spec: specs.exportVolumeSpec(args, unique + "-export") },
            parent,
        );
        const claim = new k8s.core.v1.PersistentVolumeClaim(
            `${name}-export`,
            {
                metadata: inNamespace,
                spec: specs.exportClaimSpec(volume.metadata.name, unique + "-export"),
            },
            // Bound at once or, when something is wrong with the volume, never.
            { ...parent, customTimeouts: { create: "1m" } },
        );

        const deployment = new k8s.apps.v1.Deployment(
            name,
            {
                metadata: inNamespace,
                spec: {
                    replicas: args.replicas ?? nfsDefaults.replicas,
                    // Two provisioners at once would both answer a claim.
                    strategy: { type: "Recreate" },
                    // The image has neither a port nor a shell to probe. Running means mounted, since the
                    // kubelet mounts first; staying up means that it reached the API server.
                    minReadySeconds: 2,
                    progressDeadlineSeconds: 240,
                    selector: { matchLabels: labels },
                    template: {
                        metadata: { labels },
                        spec: specs.provisionerPodSpec(args, {
                            provisioner,
                            claim: claim.metadata.name,
                            serviceAccount: account.metadata.name,
                        }),
                    },
                },
            },
            {
                ...parent,
                // Rights come before the provisioner and outlive it.
                dependsOn: [binding, ...lock],
                // An NFS server that can't be reached is given up after mount's own 2 minutes; then one more try.
                customTimeouts: { create: "5m", update: "5m", delete: "5m" },
            },
        );

        const classes = args.classes ?? [{ name: unique }];
        const storageClasses = classes.map((each, index) =>
            this.storageClass(name, each, index, args, provisioner, deployment),
        );

        this.namespace = namespace.metadata.name;
        this.provisionerName = pulumi.output(provisioner);
        this.storageClassNames = pulumi.all(storageClasses.map((each) => each.metadata.name));
        // The problems above leave no empty list, so there is a first.
        this.storageClassName = this.storageClassNames.apply((names) => names[0] ?? unique);
        this.registerOutputs({
            namespace: this.namespace,
            provisionerName: this.provisionerName,
            storageClassName: this.storageClassName,
            storageClassNames: this.storageClassNames,
        });
    }

    /** The right to the leader lock; only several provisioners need one. */
    private leaderLock(
        name: string,
        provisioner: string,
        metadata: k8s.types.input.meta.v1.ObjectMeta,
        subjects: k8s.types.input.rbac.v1.Subject[],
    ): pulumi.Resource {
        const role = new k8s.rbac.v1.Role(
            `${name}-leader-lock`,
            { metadata, rules: specs.leaderLockRules(provisioner) },
            { parent: this },
        );
        return new k8s.rbac.v1.RoleBinding(
            `${name}-leader-lock`,
            {
                metadata,
                subjects,
                roleRef: {
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "Role",
                    name: role.metadata.name,
                },
            },
            { parent: this },
        );
    }

    private storageClass(
        name: string,
        each: NfsStorageClass,
        index: number,
        args: NfsProvisionerArgs,
        provisioner: string,
        deployment: pulumi.Resource,
    ): k8s.storage.v1.StorageClass {
        const childName = index === 0 ? name : `${name}-${each.name}`;
        const guard = refuseChanges(
            `NfsProvisioner ${childName}: class settings`,
            specs.judgeClassChange,
            args.nameOf,
        );
        return new k8s.storage.v1.StorageClass(
            childName,
            {
                metadata: {
                    name: each.name,
                    annotations: {
                        "storageclass.kubernetes.io/is-default-class": String(
                            each.isDefault ?? false,
                        ),
                        [declaredAnnotation]: JSON.stringify(
                            specs.declaredOfClass(each, index, args),
                        ),
                    },
                },
                ...specs.storageClassArgs(each, args, provisioner),
            },
            {
                parent: this,
                // The provisioner reads the class when it deletes a volume: the class goes first, it comes last.
                dependsOn: [deployment],
                protect: args.protect,
                ignoreChanges: specs.classIgnoreChanges,
                hooks: { beforeUpdate: [guard] },
            },
        );
    }
}
