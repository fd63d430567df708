import type * as pulumi from "@pulumi/pulumi";
import type { NameOf } from "../declared";
import type * as k8s from "../kubernetes";

export type AccessMode = "ReadWriteOnce" | "ReadWriteMany" | "ReadOnlyMany" | "ReadWriteOncePod";

/** A volume of its own for each Pod; mount it in the Pod by this name. */
export interface Claim {
    /** Name of the volume in the Pod; the claim of Pod n is called `<name>-<service>-<n>`. */
    name: string;
    /** @default the cluster's default class */
    storageClassName?: pulumi.Input<string>;
    /** It can grow where the class expands volumes and the service has an `adoptingProvider`. */
    size: pulumi.Input<string>;
    accessModes: AccessMode[];
    /** Whether the class lets volumes that exist grow, its `allowVolumeExpansion`. @default false */
    expandable?: pulumi.Input<boolean>;
}

/** What a Pod listens on. */
export interface ServicePort {
    /** 1 to 15 of a-z, 0-9 and -. */
    name: string;
    /** What clients connect to. */
    port: number;
    /** What the Pod listens on, where that is another one. @default the port */
    targetPort?: number;
}

/** A Service for clients that want any Pod that is ready, not one by its name. */
export interface ClientService {
    /** @default `<name of the service>-client` */
    name?: string;
    /** A LoadBalancer is waited for, until it has an address. @default ClusterIP */
    type?: "ClusterIP" | "NodePort" | "LoadBalancer";
    /** Such as a cloud asks for on a LoadBalancer. @default none */
    annotations?: Record<string, pulumi.Input<string>>;
}

/** How Pods that exist get a changed template; docs/stateful-service.md tells the whole of it. */
export type UpdateStrategy =
    | {
          /** Kubernetes replaces the Pods, from the last to the first, each when the one before is ready. */
          type: "RollingUpdate";
          /**
           * How many Pods, counted from the first, keep the template that they have: 2 of 3 makes the last Pod a
           * canary, 0 rolls them all.
           * @default 0
           */
          partition?: number;
          /**
           * How many Pods may be down at a time, as a number from 1 or a percentage such as 50%. Only clusters with
           * the feature gate MaxUnavailableStatefulSet heed it; others drop it, and `pulumi up` warns of that.
           * @default 1
           */
          maxUnavailable?: number | string;
      }
    /** Each Pod gets the template when someone deletes it. */
    | {
          type: "OnDelete";
          /**
           * Whether `pulumi up` waits until all Pods have been deleted and have the template, for where a program does
           * that. Else it waits for none to be deleted.
           * @default false
           */
          waitForUpdate?: boolean;
      };

/** Whether Kubernetes deletes claims, and with them what the Pods wrote. */
export interface ClaimRetention {
    /** When the StatefulSet goes, as with `pulumi destroy`. @default Retain */
    whenDeleted?: "Retain" | "Delete";
    /** When its Pod goes because there are to be fewer. @default Retain */
    whenScaled?: "Retain" | "Delete";
}

/** How many Pods a drain of nodes and the like may take at a time, as a number or a percentage such as 50%. */
export type PodDisruptionBudget =
    { maxUnavailable: number | string } | { minAvailable: number | string };

/** How the Pods keep apart. A Pod whose own spec says something about it keeps to that. */
export interface Spread {
    /**
     * Whether Pods keep off each other's nodes: always (required), where there is room (preferred), or not (none).
     * @default none
     */
    antiAffinity?: "required" | "preferred" | "none";
    /**
     * Labels of nodes over whose values the Pods spread evenly.
     * @default [kubernetes.io/hostname]
     */
    topologyKeys?: string[];
    /** What becomes of a Pod that would make it uneven: it starts all the same, or waits. @default ScheduleAnyway */
    whenUnsatisfiable?: "ScheduleAnyway" | "DoNotSchedule";
}

export interface StatefulServiceArgs {
    namespace: pulumi.Input<string>;
    /** Name of the StatefulSet, its headless Service and, with -0, -1, ... behind it, its Pods. */
    name: string;
    /** Pods, 0 or more. Fewer Pods leave the claims of those that go. */
    replicas: number;
    /** The number of the first Pod. Another one later is other Pods, with claims of their own. @default 0 */
    ordinalsStart?: number;
    /** What the Pods listen on; at least one. */
    ports: ServicePort[];
    /**
     * What runs in a Pod. Give it as an object, outputs inside it where needed: of a spec that is an output as a
     * whole a preview can't tell what changes.
     */
    podSpec: pulumi.Input<k8s.types.input.core.v1.PodSpec>;
    /**
     * Whether Pods get, where their spec doesn't say otherwise, what Pod Security `restricted` asks for, a read-only
     * root file system, and neither a token nor environment variables of Kubernetes.
     * @default true
     */
    restrictedPods?: boolean;
    podAnnotations?: Record<string, pulumi.Input<string>>;
    /** Labels of everything the component makes, besides its own. */
    labels?: Record<string, pulumi.Input<string>>;
    /** @default none: nothing the Pods write outlives them */
    claims?: Claim[];
    /** Whether claims go with what they were made for. @default Retain, both */
    claimRetention?: ClaimRetention;
    /** One more Service, for clients. @default none */
    clientService?: ClientService;
    /**
     * Whether Pods start and stop all at once or one by one in their order. It can't be changed later, and with
     * OrderedReady a Pod that never gets ready must be scaled away before a fixed template helps.
     * @default Parallel
     */
    podManagementPolicy?: "Parallel" | "OrderedReady";
    /** How a changed template gets to the Pods. @default RollingUpdate of all Pods, one at a time */
    updateStrategy?: UpdateStrategy;
    /** @default maxUnavailable 1 where there are 2 Pods or more, else none */
    podDisruptionBudget?: PodDisruptionBudget | "none";
    /** How Pods keep apart. @default evenly over the nodes, where there is room */
    spread?: Spread;
    /** Whether DNS names Pods that aren't ready yet, for peers that find each other that way. @default true */
    publishNotReadyAddresses?: boolean;
    /** @default cluster.local */
    clusterDomain?: string;
    /**
     * What is there, and up to date, before Pods come, change or go; the Services and the claims don't wait for it.
     * @default none
     */
    startAfter?: pulumi.Input<pulumi.Resource>[];
    /** How long `pulumi up` waits for all Pods to be ready, in minutes. @default 10 */
    readyTimeoutMinutes?: number;
    /**
     * What to set right when they are not, in sentences, where the provider itself can't tell a Pod's reason: with a
     * partition, and with OnDelete.
     * @default none
     */
    notReadyHint?: string;
    /**
     * Provider with `upsertExistingObjects`, for the claims: they outlive the stack, and the next `pulumi up` takes
     * them over. With it previews show the claims, and they can grow.
     * @default none: the StatefulSet alone makes the claims
     */
    adoptingProvider?: k8s.Provider;
    /**
     * Whether Pulumi refuses to delete the StatefulSet until this is false and `pulumi up` has run. @default false
     */
    protect?: boolean;
    /** How errors name a field of a claim, such as `claims.data.size`. @default its own name */
    nameOf?: NameOf;
}
