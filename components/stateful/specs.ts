import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../checks";
import type { DeclaredChange } from "../declared";
import type { StatefulServiceArgs } from "./args";
import { unlessEmpty } from "../unlessEmpty";

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
        volumeClaimTemplates: unlessEmpty(
            args.claims?.map((claim) => ({
                metadata: { name: claim.name, labels: selectorLabels(args) },
                spec: {
                    storageClassName: claim.storageClassName,
                    accessModes: claim.accessModes,
                    resources: { requests: { storage: claim.size } },
                },
            })),
        ),
    };
}

/** What the guard of the claims compares: flat, by the names of the component's arguments. */
export function declaredClaims(args: StatefulServiceArgs): pulumi.Output<Record<string, string>> {
    return pulumi
        .all(
            (args.claims ?? []).map((claim) =>
                pulumi.all([claim.name, claim.size, claim.storageClassName, claim.accessModes]),
            ),
        )
        .apply((claims) =>
            Object.fromEntries(
                claims.flatMap(([name, size, storageClassName, accessModes]) => [
                    [`claims.${name}.size`, size],
                    [`claims.${name}.storageClassName`, storageClassName ?? ""],
                    [`claims.${name}.accessModes`, [...accessModes].sort().join(",")],
                ]),
            ),
        );
}

/** Says what to do instead of changing claims that Pods already use; nothing changes in place yet. */
export function judgeClaimChange({ field, from, to }: DeclaredChange): string | undefined {
    const back = "bring the old value back";
    if (from === undefined || to === undefined) {
        return `${back}: claims can't be added to or taken from Pods that exist`;
    }
    if (!field.endsWith(".size")) {
        return `${back}: a volume can't change this. To move, set up a stack with the new value and copy the data`;
    }
    const [before, after] = [parseQuantity(from) ?? 0, parseQuantity(to) ?? 0];
    if (before === after) {
        return undefined;
    }
    return after < before
        ? `${back}: a volume can't shrink. To move to smaller ones, set up a stack with the new size and copy the data`
        : `${back}: volumes that exist are not grown by this program yet. On NFS the size limits nothing, so there is nothing to gain`;
}

/** Says what to do instead of giving Pods that hold data another name or namespace. */
export function judgeIdentityChange(): string {
    return "bring the old value back: under another one the service would start anew, with empty volumes. To start anew, run `pulumi destroy` first; the old volumes stay";
}
