import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { StatefulServiceArgs } from "./args";
import { claimTemplates } from "./claims";

type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;
type StatefulSetSpec = k8s.types.input.apps.v1.StatefulSetSpec;

export const statefulDefaults = {
    podManagementPolicy: "Parallel",
    publishNotReadyAddresses: true,
    clusterDomain: "cluster.local",
    readyTimeoutMinutes: 10,
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
        ports: args.ports.map(({ name, port }) => ({ name, port, targetPort: port })),
    };
}

export function statefulSetSpec(args: StatefulServiceArgs): StatefulSetSpec {
    return {
        serviceName: args.name,
        replicas: args.replicas,
        podManagementPolicy: args.podManagementPolicy ?? statefulDefaults.podManagementPolicy,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        // The provider replaces the StatefulSet when this changes, so it is said rather than defaulted.
        revisionHistoryLimit: 10,
        selector: { matchLabels: selectorLabels(args) },
        template: {
            metadata: { labels: labels(args), annotations: args.podAnnotations },
            spec: args.podSpec,
        },
        volumeClaimTemplates: claimTemplates(args.claims, selectorLabels(args)),
    };
}

/** Says what to do instead of giving Pods that hold data another name or namespace. */
export function judgeIdentityChange(): string {
    return "bring the old value back: under another one the service would start anew, with empty volumes. To start anew, run `pulumi destroy` first; the old volumes stay";
}
