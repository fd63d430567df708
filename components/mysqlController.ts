import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { controllerBundle, controllerFile } from "./mysql/controllerBundle";
import {
    controllerDeploymentSpec,
    controllerNames,
    controllerRules,
} from "./mysql/controllerSpecs";
import type { FullArgs } from "./mysql/withDefaults";
import { shortHash } from "./names";

export interface MysqlControllerArgs {
    /** The cluster's arguments. */
    cluster: FullArgs;
    metadata: k8s.types.input.meta.v1.ObjectMeta;
    /** Secret with the passwords that the controller logs in to the servers with. */
    internalCredentialsName: pulumi.Input<string>;
}

/**
 * What decides the roles of the servers: a Deployment with an account that may do in its namespace what it does, and
 * nothing elsewhere.
 *
 * It depends on nothing of the cluster but a Secret, and gets ready without one: the cluster's Pods wait for it.
 */
export class MysqlController extends pulumi.ComponentResource {
    constructor(name: string, args: MysqlControllerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("mysqlnfs:index:MysqlController", name, {}, opts);
        const { cluster, metadata } = args;
        const names = controllerNames(cluster);
        const parent = { parent: this };

        const account = new k8s.core.v1.ServiceAccount(
            name,
            // The Pods ask for the token themselves.
            { metadata, automountServiceAccountToken: false },
            parent,
        );
        const role = new k8s.rbac.v1.Role(
            name,
            { metadata, rules: controllerRules(cluster) },
            parent,
        );
        const binding = new k8s.rbac.v1.RoleBinding(
            name,
            {
                metadata,
                subjects: [
                    {
                        kind: "ServiceAccount",
                        name: account.metadata.name,
                        namespace: cluster.namespace,
                    },
                ],
                roleRef: {
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "Role",
                    name: role.metadata.name,
                },
            },
            parent,
        );
        // Made here, so that the controller needs no right to create one.
        const lease = new k8s.coordination.v1.Lease(
            name,
            { metadata: { ...metadata, name: names.lease } },
            parent,
        );

        const bundle = controllerBundle().toString("base64");
        const hash = shortHash(bundle);
        const code = new k8s.core.v1.ConfigMap(
            // Another code is another resource, not a replacement of this one: an update that fails in between leaves
            // this one as it is, and going back to it finds it there.
            `${name}-bundle-${hash}`,
            {
                // By another name Pods that weren't replaced yet keep the code that they run.
                metadata: { ...metadata, name: `${names.deployment}-${hash}` },
                binaryData: { [controllerFile]: bundle },
            },
            // Stacks from before have it under a name that didn't say the content.
            { ...parent, aliases: [{ name: `${name}-bundle` }] },
        );

        new k8s.apps.v1.Deployment(
            name,
            {
                metadata: { ...metadata, name: names.deployment },
                spec: controllerDeploymentSpec(cluster, {
                    serviceAccountName: account.metadata.name,
                    bundleName: code.metadata.name,
                    internalCredentialsName: args.internalCredentialsName,
                }),
            },
            {
                parent: this,
                // Rights come before the controller. A Lease isn't adopted: where another stack has a cluster of
                // this name, no second controller starts.
                dependsOn: [binding, lease],
                // Its Pods get ready by themselves: what takes longer is a wrong image or a full node.
                customTimeouts: { create: "5m", update: "5m", delete: "5m" },
            },
        );
        this.registerOutputs({});
    }
}
