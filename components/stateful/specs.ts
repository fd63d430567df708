import type * as pulumi from "@pulumi/pulumi";
import type { StatefulServiceArgs } from "./args";
import { claimTemplates } from "./claims";
import { withPodDefaults } from "./podDefaults";
import { updateStrategySpec } from "./rollout";
import type * as k8s from "../kubernetes";

type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;
type BudgetSpec = k8s.types.input.policy.v1.PodDisruptionBudgetSpec;
type StatefulSetSpec = k8s.types.input.apps.v1.StatefulSetSpec;

export const statefulDefaults = {
    podManagementPolicy: "Parallel",
    publishNotReadyAddresses: true,
    clusterDomain: "cluster.local",
    readyTimeoutMinutes: 10,
    restrictedPods: true,
} as const;

/**
 * What the StatefulSet knows its Pods by. It can never change, so it holds nothing that anyone would want
 * to change; and nobody else labels Pods with it, as Helm charts all do with app.kubernetes.io/instance.
 */
export function selectorLabels({
    name,
}: Pick<StatefulServiceArgs, "name">): Record<string, string> {
    return { "mysqlnfs/service": name };
}

/** Labels of everything that belongs to the service. */
export function labels<Value extends pulumi.Input<string>>(
    args: Pick<StatefulServiceArgs, "name"> & { labels?: Record<string, Value> },
): Record<string, Value | string> {
    return {
        ...args.labels,
        "app.kubernetes.io/instance": args.name,
        ...selectorLabels(args),
    };
}

export function headlessServiceSpec(args: StatefulServiceArgs): ServiceSpec {
    return {
        clusterIP: "None",
        publishNotReadyAddresses:
            args.publishNotReadyAddresses ?? statefulDefaults.publishNotReadyAddresses,
        selector: selectorLabels(args),
        ports: servicePorts(args),
    };
}

/** Undefined where none is asked for. */
export function clientServiceSpec(args: StatefulServiceArgs): ServiceSpec | undefined {
    return (
        args.clientService && {
            type: args.clientService.type ?? "ClusterIP",
            selector: selectorLabels(args),
            ports: servicePorts(args),
        }
    );
}

export function clientServiceName({
    name,
    clientService,
}: Pick<StatefulServiceArgs, "name" | "clientService">): string {
    return clientService?.name ?? `${name}-client`;
}

function servicePorts({ ports }: StatefulServiceArgs): ServiceSpec["ports"] {
    return ports.map(({ name, port, targetPort = port }) => ({ name, port, targetPort }));
}

/** Undefined where there is to be none: of a single Pod it could only forbid every drain, or none. */
export function disruptionBudgetSpec(args: StatefulServiceArgs): BudgetSpec | undefined {
    const { podDisruptionBudget = args.replicas > 1 ? { maxUnavailable: 1 } : "none" } = args;
    return podDisruptionBudget === "none"
        ? undefined
        : { ...podDisruptionBudget, selector: { matchLabels: selectorLabels(args) } };
}

/** The Pods' names, in their order. */
export function podNames({ name, replicas, ordinalsStart = 0 }: StatefulServiceArgs): string[] {
    return Array.from({ length: replicas }, (_, index) => `${name}-${ordinalsStart + index}`);
}

export function statefulSetSpec(args: StatefulServiceArgs): StatefulSetSpec {
    return {
        serviceName: args.name,
        replicas: args.replicas,
        podManagementPolicy: args.podManagementPolicy ?? statefulDefaults.podManagementPolicy,
        ordinals: args.ordinalsStart === undefined ? undefined : { start: args.ordinalsStart },
        updateStrategy: updateStrategySpec(args),
        persistentVolumeClaimRetentionPolicy: {
            whenDeleted: args.claimRetention?.whenDeleted ?? "Retain",
            whenScaled: args.claimRetention?.whenScaled ?? "Retain",
        },
        // The provider replaces the StatefulSet when this changes, so it is said rather than defaulted.
        revisionHistoryLimit: 10,
        selector: { matchLabels: selectorLabels(args) },
        template: {
            metadata: { labels: labels(args), annotations: args.podAnnotations },
            spec: withPodDefaults(args.podSpec, {
                restricted: args.restrictedPods ?? statefulDefaults.restrictedPods,
                spread: args.spread,
                matchLabels: selectorLabels(args),
            }),
        },
        volumeClaimTemplates: claimTemplates(args.claims, selectorLabels(args)),
    };
}

/** Says what to do instead of giving Pods that hold data another name or namespace. */
export function judgeIdentityChange(): string {
    return "bring the old value back: under another one the service would start anew, with empty volumes. To start anew, run `pulumi destroy` first; the old volumes stay";
}
