import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NameOf } from "../declared";

export type AccessMode = "ReadWriteOnce" | "ReadWriteMany" | "ReadOnlyMany" | "ReadWriteOncePod";

/** A volume of its own for each Pod; mount it in the Pod by this name. */
export interface Claim {
    /** Name of the volume in the Pod; the claim of Pod n is called `<name>-<service>-<n>`. */
    name: string;
    /** @default the cluster's default class */
    storageClassName?: pulumi.Input<string>;
    size: pulumi.Input<string>;
    accessModes: AccessMode[];
}

export interface StatefulServiceArgs {
    namespace: pulumi.Input<string>;
    /** Name of the StatefulSet, its headless Service and, with -0, -1, ... behind it, its Pods. */
    name: string;
    /** Pods, 0 or more. Fewer Pods leave the claims of those that go. */
    replicas: number;
    /** What the Pods listen on; at least one. */
    ports: { name: string; port: number }[];
    podSpec: pulumi.Input<k8s.types.input.core.v1.PodSpec>;
    podAnnotations?: Record<string, pulumi.Input<string>>;
    /** Labels of everything the component makes, besides its own. */
    labels?: Record<string, pulumi.Input<string>>;
    /** @default none: nothing the Pods write outlives them */
    claims?: Claim[];
    /** Whether Pods start and stop all at once or one by one in their order. @default Parallel */
    podManagementPolicy?: "Parallel" | "OrderedReady";
    /** Whether DNS names Pods that aren't ready yet, for peers that find each other that way. @default true */
    publishNotReadyAddresses?: boolean;
    /** @default cluster.local */
    clusterDomain?: string;
    /** How long `pulumi up` waits for all Pods to be ready, in minutes. @default 10 */
    readyTimeoutMinutes?: number;
    /** How errors name a field of a claim, such as `claims.data.size`. @default its own name */
    nameOf?: NameOf;
}
