import { checkDnsLabel, checkDnsSubdomain, checkSize, checkWhole } from "../checks";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import type { Claim, StatefulServiceArgs } from "./args";

/** Everything that is wrong with the plain arguments; values not known yet are Kubernetes' to judge. */
export function statefulProblems(args: StatefulServiceArgs): Problem[] {
    const { name, clusterDomain, readyTimeoutMinutes, claims = [] } = args;
    return [
        // Pods are called <name>-<number>, and their label with the revision adds a hash of 10: 52 leaves room.
        ...problemIf(
            "name",
            name,
            name.length > 52 ? "give at most 52 characters" : checkDnsLabel(name),
        ),
        ...problemIf("replicas", args.replicas, checkWhole(args.replicas, 0, 1000)),
        ...(args.ports.length === 0 ? problemIf("ports", [], "give at least one port") : []),
        ...args.ports.flatMap(({ port }, index) =>
            problemIf(`ports[${index}].port`, port, checkWhole(port, 1, 65535)),
        ),
        ...(clusterDomain === undefined
            ? []
            : problemIf("clusterDomain", clusterDomain, checkDnsSubdomain(clusterDomain))),
        ...(readyTimeoutMinutes === undefined
            ? []
            : problemIf(
                  "readyTimeoutMinutes",
                  readyTimeoutMinutes,
                  checkWhole(readyTimeoutMinutes, 1, 10080),
              )),
        ...claims.flatMap(claimProblems),
    ];
}

function claimProblems(claim: Claim, index: number, all: readonly Claim[]): Problem[] {
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
