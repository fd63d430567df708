import * as pulumi from "@pulumi/pulumi";
import { checkDnsLabel, checkDnsSubdomain, checkSize, parseQuantity } from "../checks";
import type { Judge } from "../declared";
import type * as k8s from "../kubernetes";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import { unlessEmpty } from "../unlessEmpty";
import type { Claim, StatefulServiceArgs } from "./args";

type ClaimTemplate = k8s.types.input.core.v1.PersistentVolumeClaim;

type ClaimSpec = k8s.types.input.core.v1.PersistentVolumeClaimSpec;

/** What the StatefulSet makes a Pod's claims from, where they aren't there yet. */
export function claimTemplates(
    claims: readonly Claim[] | undefined,
    labels: Record<string, string>,
): ClaimTemplate[] | undefined {
    return unlessEmpty(
        claims?.map((claim) => ({
            metadata: { name: claim.name, labels },
            spec: claimSpec(claim),
        })),
    );
}

export function claimSpec({ storageClassName, accessModes, size }: Claim): ClaimSpec {
    return { storageClassName, accessModes, resources: { requests: { storage: size } } };
}

/**
 * Whether each Pod's claims are resources of the stack, which shows them in previews and can change their size; if
 * not, the StatefulSet alone makes them. The stack's claims outlive it, which takes a provider that adopts and
 * claims that nobody deletes.
 */
export function ownsClaims({ adoptingProvider, claimRetention }: StatefulServiceArgs): boolean {
    const { whenDeleted = "Retain", whenScaled = "Retain" } = claimRetention ?? {};
    return adoptingProvider !== undefined && whenDeleted === "Retain" && whenScaled === "Retain";
}

/** The claims of the Pods that there are to be, as the StatefulSet would call them. */
export function podClaims({
    name,
    replicas,
    ordinalsStart = 0,
    claims = [],
}: StatefulServiceArgs): { claim: Claim; pod: number; name: string }[] {
    const pods = Array.from({ length: replicas }, (_, index) => ordinalsStart + index);
    return claims.flatMap((claim) =>
        pods.map((pod) => ({ claim, pod, name: `${claim.name}-${name}-${pod}` })),
    );
}

/** What the guard of the claims compares: flat, by the names of the component's arguments. */
export function declaredClaims(args: StatefulServiceArgs): pulumi.Output<Record<string, string>> {
    return pulumi
        .all(
            (args.claims ?? []).map(({ name, size, storageClassName, accessModes, expandable }) =>
                pulumi.all([name, size, storageClassName, accessModes, expandable]),
            ),
        )
        .apply((claims) =>
            Object.fromEntries(
                claims.flatMap(([name, size, storageClassName, accessModes, expandable]) => [
                    [`claims.${name}.size`, size],
                    [`claims.${name}.storageClassName`, storageClassName ?? ""],
                    [`claims.${name}.accessModes`, [...accessModes].sort().join(",")],
                    [`claims.${name}.expandable`, String(expandable ?? false)],
                ]),
            ),
        );
}

const back = "bring the old value back";

/** Says what to do instead of changing claims that Pods already use; only growth goes in place. */
export function judgeClaimChange(owned: boolean): Judge {
    return ({ field, from, to }, _all, after) => {
        if (field.endsWith(".expandable")) {
            return undefined;
        }
        if (from === undefined || to === undefined) {
            return `${back}: claims can't be added to or taken from Pods that exist`;
        }
        return field.endsWith(".size")
            ? judgeSize(parseQuantity(from) ?? 0, parseQuantity(to) ?? 0, {
                  owned,
                  expandable: after[field.replace(/size$/, "expandable")] === "true",
              })
            : `${back}: a volume can't change this. To move, set up a stack with the new value and copy the data`;
    };
}

function judgeSize(
    before: number,
    after: number,
    { owned, expandable }: { owned: boolean; expandable: boolean },
): string | undefined {
    if (after < before) {
        return `${back}: a volume can't shrink. To move to smaller ones, set up a stack with the new size and copy the data`;
    }
    if (after === before || (expandable && owned)) {
        return undefined;
    }
    return expandable
        ? `${back}: without an adoptingProvider, or with a claimRetention of Delete, the claims are not the stack's to grow`
        : `${back}: the StorageClass doesn't let volumes grow. On NFS the size limits nothing, so there is nothing to gain; a class of another kind needs allowVolumeExpansion`;
}

/** What is wrong with one of the claims. */
export function claimProblems(claim: Claim, index: number, all: readonly Claim[]): Problem[] {
    const at = `claims.${claim.name}`;
    const { size, storageClassName } = claim;
    return [
        ...problemIf(`claims[${index}].name`, claim.name, checkDnsLabel(claim.name)),
        ...(all.findIndex((other) => other.name === claim.name) < index
            ? problemIf(`claims[${index}].name`, claim.name, "give each claim a name of its own")
            : []),
        ...(typeof size === "string" ? problemIf(`${at}.size`, size, checkSize(size)) : []),
        ...(typeof storageClassName === "string"
            ? problemIf(
                  `${at}.storageClassName`,
                  storageClassName,
                  checkDnsSubdomain(storageClassName),
              )
            : []),
        ...(claim.accessModes.length === 0
            ? problemIf(`${at}.accessModes`, [], "give at least one access mode")
            : []),
    ];
}
