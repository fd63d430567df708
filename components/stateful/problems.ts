import {
    checkDnsLabel,
    checkDnsSubdomain,
    checkLabelKey,
    checkWhole,
    labelsProblems,
    oneOf,
} from "../checks";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import type { StatefulServiceArgs } from "./args";
import { claimProblems } from "./claims";
import { clientServiceName } from "./specs";

/** Everything that is wrong with the plain arguments; values not known yet are Kubernetes' to judge. */
export function statefulProblems(args: StatefulServiceArgs): Problem[] {
    const { name, clusterDomain, readyTimeoutMinutes, ordinalsStart, claims = [] } = args;
    return [
        // Pods are called <name>-<number>, and their label with the revision adds a hash of 10: 52 leaves room.
        ...problemIf(
            "name",
            name,
            name.length > 52 ? "give at most 52 characters" : checkDnsLabel(name),
        ),
        ...problemIf("replicas", args.replicas, checkWhole(args.replicas, 0, 1000)),
        ...given(ordinalsStart, (value) =>
            problemIf("ordinalsStart", value, checkWhole(value, 0, 1_000_000)),
        ),
        ...portProblems(args),
        ...given(clusterDomain, (value) =>
            problemIf("clusterDomain", value, checkDnsSubdomain(value)),
        ),
        ...given(readyTimeoutMinutes, (value) =>
            problemIf("readyTimeoutMinutes", value, checkWhole(value, 1, 10080)),
        ),
        ...labelsProblems("labels", args.labels ?? {}),
        ...claims.flatMap(claimProblems),
        ...retentionProblems(args),
        ...clientServiceProblems(args),
        ...given(args.podManagementPolicy, (value) =>
            problemIf("podManagementPolicy", value, oneOf(["Parallel", "OrderedReady"])(value)),
        ),
        ...updateStrategyProblems(args),
        ...disruptionBudgetProblems(args),
        ...spreadProblems(args),
    ];
}

function given<T>(value: T | undefined, judge: (value: T) => Problem[]): Problem[] {
    return value === undefined ? [] : judge(value);
}

function portProblems({ ports }: StatefulServiceArgs): Problem[] {
    return [
        ...(ports.length === 0 ? problemIf("ports", [], "give at least one port") : []),
        ...ports.flatMap(({ name, port, targetPort }, index) => {
            const isTaken = ports.findIndex((other) => other.name === name) < index;
            return [
                ...problemIf(
                    `ports[${index}].name`,
                    name,
                    isTaken ? "give each port a name of its own" : checkPortName(name),
                ),
                ...problemIf(`ports[${index}].port`, port, checkWhole(port, 1, 65535)),
                ...given(targetPort, (value) =>
                    problemIf(`ports[${index}].targetPort`, value, checkWhole(value, 1, 65535)),
                ),
            ];
        }),
    ];
}

/** As a Pod's ports are named, and shorter than what a Service would take. */
function checkPortName(name: string): string | undefined {
    return name.length <= 15 && checkDnsLabel(name) === undefined && /[a-z]/.test(name)
        ? undefined
        : "give 1 to 15 of a-z, 0-9 and -, at least one of them a letter";
}

function retentionProblems({ claimRetention }: StatefulServiceArgs): Problem[] {
    return (["whenDeleted", "whenScaled"] as const).flatMap((when) =>
        given(claimRetention?.[when], (value) =>
            problemIf(`claimRetention.${when}`, value, oneOf(["Retain", "Delete"])(value)),
        ),
    );
}

function clientServiceProblems(args: StatefulServiceArgs): Problem[] {
    return given(args.clientService, ({ type }) => {
        const name = clientServiceName(args);
        return [
            ...problemIf(
                "clientService.name",
                name,
                name === args.name
                    ? "give another name: the headless Service has this one"
                    : checkDnsLabel(name),
            ),
            ...given(type, (value) =>
                problemIf(
                    "clientService.type",
                    value,
                    oneOf(["ClusterIP", "NodePort", "LoadBalancer"])(value),
                ),
            ),
        ];
    });
}

function updateStrategyProblems({ updateStrategy }: StatefulServiceArgs): Problem[] {
    return given(updateStrategy, ({ type, ...rolling }) => {
        const { partition, maxUnavailable, waitForUpdate } = withoutType(rolling);
        const ofRollingUpdate =
            type === "OnDelete"
                ? "leave it out, or set type to RollingUpdate: OnDelete replaces no Pods"
                : undefined;
        return [
            ...problemIf("updateStrategy.type", type, oneOf(["RollingUpdate", "OnDelete"])(type)),
            ...given(partition, (value) =>
                problemIf(
                    "updateStrategy.partition",
                    value,
                    ofRollingUpdate ?? checkWhole(value, 0, 1_000_000),
                ),
            ),
            ...given(maxUnavailable, (value) =>
                problemIf(
                    "updateStrategy.maxUnavailable",
                    value,
                    ofRollingUpdate ?? checkAmount(value, 1),
                ),
            ),
            ...given(waitForUpdate, (value) =>
                problemIf(
                    "updateStrategy.waitForUpdate",
                    value,
                    type === "OnDelete"
                        ? undefined
                        : "leave it out, or set type to OnDelete: RollingUpdate waits by itself",
                ),
            ),
        ];
    });
}

/** What a program that isn't type-checked may have given whatever the type. */
function withoutType(rest: {
    partition?: number;
    maxUnavailable?: number | string;
    waitForUpdate?: boolean;
}) {
    return rest;
}

function disruptionBudgetProblems({ podDisruptionBudget: budget }: StatefulServiceArgs): Problem[] {
    if (budget === undefined || budget === "none") {
        return [];
    }
    const { maxUnavailable, minAvailable } = either(budget);
    if ((maxUnavailable === undefined) === (minAvailable === undefined)) {
        return problemIf(
            "podDisruptionBudget",
            budget,
            'give either maxUnavailable or minAvailable, or "none"',
        );
    }
    return [
        ...given(maxUnavailable, (value) =>
            problemIf("podDisruptionBudget.maxUnavailable", value, checkAmount(value, 0)),
        ),
        ...given(minAvailable, (value) =>
            problemIf("podDisruptionBudget.minAvailable", value, checkAmount(value, 0)),
        ),
    ];
}

function either(budget: Partial<Record<"maxUnavailable" | "minAvailable", number | string>>) {
    return budget;
}

/** A number of Pods, or a part of them all. */
function checkAmount(amount: number | string, least: 0 | 1): string | undefined {
    const percentage = /^(\d+)%$/.exec(String(amount))?.[1];
    const fits =
        percentage === undefined
            ? typeof amount === "number" && checkWhole(amount, least, 1000) === undefined
            : checkWhole(Number(percentage), least, 100) === undefined;
    return fits
        ? undefined
        : `give a whole number from ${least} to 1000, or a percentage from ${least}% to 100%`;
}

function spreadProblems({ spread }: StatefulServiceArgs): Problem[] {
    const { antiAffinity, topologyKeys = [], whenUnsatisfiable } = spread ?? {};
    return [
        ...given(antiAffinity, (value) =>
            problemIf(
                "spread.antiAffinity",
                value,
                oneOf(["required", "preferred", "none"])(value),
            ),
        ),
        ...topologyKeys.flatMap((key, index) =>
            problemIf(
                `spread.topologyKeys[${index}]`,
                key,
                topologyKeys.indexOf(key) < index ? "name each label once" : checkLabelKey(key),
            ),
        ),
        ...given(whenUnsatisfiable, (value) =>
            problemIf(
                "spread.whenUnsatisfiable",
                value,
                oneOf(["ScheduleAnyway", "DoNotSchedule"])(value),
            ),
        ),
    ];
}
