import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkDnsLabel, checkDnsSubdomain, checkSize, parseQuantity } from "../checks";
import type { DeclaredChange } from "../declared";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import { unlessEmpty } from "../unlessEmpty";
import type { Claim, StatefulServiceArgs } from "./args";

type ClaimTemplate = k8s.types.input.core.v1.PersistentVolumeClaim;

/** What the StatefulSet makes a Pod's claims from. */
export function claimTemplates(
    claims: readonly Claim[] | undefined,
    labels: Record<string, string>,
): ClaimTemplate[] | undefined {
    return unlessEmpty(
        claims?.map((claim) => ({
            metadata: { name: claim.name, labels },
            spec: {
                storageClassName: claim.storageClassName,
                accessModes: claim.accessModes,
                resources: { requests: { storage: claim.size } },
            },
        })),
    );
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
