import { checkDnsLabel, checkDnsSubdomain, checkWhole } from "../checks";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import type { StatefulServiceArgs } from "./args";
import { claimProblems } from "./claims";

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
