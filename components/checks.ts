import type { Problem } from "./problem";
import { problemIf } from "./problem";

/**
 * Checks of what Kubernetes would refuse, made before anything is sent to it. Each returns what to give
 * instead, or undefined when the value is fine.
 */
export type Check = (value: string) => string | undefined;

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedNamePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const quantity = /^(?<number>\d+(\.\d*)?|\.\d+)(?<suffix>[eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

/** RFC 1123 label: namespaces, Services, StatefulSets. */
export const checkDnsLabel: Check = (value) =>
    value.length <= 63 && dnsLabel.test(value)
        ? undefined
        : "give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit";

/** RFC 1123 subdomain: StorageClasses, Secrets, DNS domains. */
export const checkDnsSubdomain: Check = (value) =>
    value.length <= 253 &&
    value.split(".").every((part) => part.length <= 63 && dnsLabel.test(part))
        ? undefined
        : "give names of a-z, 0-9 and -, joined by dots, 253 characters at most";

export const checkLabelKey: Check = (value) => {
    const parts = value.split("/");
    const name = parts[parts.length - 1] ?? "";
    const prefixIsFine =
        parts.length === 1 ||
        (parts.length === 2 && checkDnsSubdomain(parts[0] ?? "") === undefined);
    return prefixIsFine && name.length <= 63 && qualifiedNamePart.test(name)
        ? undefined
        : "give [prefix/]name, the name 1 to 63 of letters, digits, -, _ and .";
};

export const checkLabelValue: Check = (value) =>
    value === "" || (value.length <= 63 && qualifiedNamePart.test(value))
        ? undefined
        : "give at most 63 of letters, digits, -, _ and ., beginning and ending with a letter or a digit";

/** A size such as 10Gi, 500m or 1e3. Undefined when the text is no Kubernetes quantity. */
export function parseQuantity(value: string): number | undefined {
    const groups = quantity.exec(value)?.groups;
    if (groups?.number === undefined) {
        return undefined;
    }
    const suffix = groups.suffix ?? "";
    const scale = /^[eE]/.test(suffix) && suffix.length > 1 ? Number(`1${suffix}`) : scales[suffix];
    return scale === undefined ? undefined : Number(groups.number) * scale;
}

const scales: Readonly<Record<string, number>> = {
    "": 1,
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};

/** A quantity above zero, for claims. */
export const checkSize: Check = (value) =>
    (parseQuantity(value) ?? 0) > 0
        ? undefined
        : "give a Kubernetes quantity above 0, such as 10Gi";

export const checkImage: Check = (value) =>
    /^[a-z0-9]+([._:/-][A-Za-z0-9._-]+)*(@sha256:[0-9a-f]{64})?$/.test(value) &&
    (/@sha256:/.test(value) || /:[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(value))
        ? undefined
        : "give an image with an exact tag or digest, such as registry.example.com/mysql:9.7.1";

/** What a Pod asks for and may use, as Kubernetes writes it. */
export interface Resources {
    requests?: Record<string, string>;
    limits?: Record<string, string>;
}

/** Every amount is a quantity, and no request exceeds its limit. */
export function resourcesProblems(field: string, resources: Resources): Problem[] {
    const problems: Problem[] = [];
    for (const side of ["requests", "limits"] as const) {
        for (const [resource, amount] of Object.entries(resources[side] ?? {})) {
            if (parseQuantity(amount) === undefined) {
                problems.push({
                    field: `${field}.${side}.${resource}`,
                    value: amount,
                    message: "give a Kubernetes quantity, such as 250m or 512Mi",
                });
            }
        }
    }
    for (const [resource, request] of Object.entries(resources.requests ?? {})) {
        const limit = resources.limits?.[resource];
        if (
            limit !== undefined &&
            (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? Infinity)
        ) {
            problems.push({
                field: `${field}.requests.${resource}`,
                value: request,
                message: `lower it to the limit ${limit} or raise the limit`,
            });
        }
    }
    return problems;
}

export interface Toleration {
    key?: string;
    operator?: string;
    value?: string;
    effect?: string;
    tolerationSeconds?: number;
}

export function tolerationsProblems(field: string, tolerations: readonly Toleration[]): Problem[] {
    return tolerations.flatMap((toleration, index) => {
        const at = `${field}[${index}]`;
        const {
            key = "",
            operator = "Equal",
            value = "",
            effect = "",
            tolerationSeconds,
        } = toleration;
        return [
            ...(key === "" ? [] : problemIf(`${at}.key`, key, checkLabelKey(key))),
            ...problemIf(`${at}.operator`, operator, oneOf(["Equal", "Exists"])(operator)),
            ...problemIf(
                `${at}.effect`,
                effect,
                oneOf(["", "NoSchedule", "PreferNoSchedule", "NoExecute"])(effect),
            ),
            ...(key === "" && operator !== "Exists"
                ? problemIf(
                      `${at}.key`,
                      key,
                      "give a key, or operator Exists to tolerate every taint",
                  )
                : []),
            ...(operator === "Exists" && value !== ""
                ? problemIf(`${at}.value`, value, "leave the value out: operator Exists takes none")
                : []),
            ...(tolerationSeconds !== undefined && effect !== "NoExecute"
                ? problemIf(
                      `${at}.tolerationSeconds`,
                      tolerationSeconds,
                      "set effect to NoExecute or leave tolerationSeconds out",
                  )
                : []),
        ];
    });
}

/** Keys and values of labels, node selectors and the like; what is no text yet, an output, is Kubernetes' to judge. */
export function labelsProblems(
    field: string,
    labels: Readonly<Record<string, unknown>>,
): Problem[] {
    return Object.entries(labels).flatMap(([key, value]) => [
        ...problemIf(`${field}.${key}`, key, checkLabelKey(key)),
        ...(typeof value === "string"
            ? problemIf(`${field}.${key}`, value, checkLabelValue(value))
            : []),
    ]);
}

export function oneOf(allowed: readonly string[]): Check {
    return (value) =>
        allowed.includes(value)
            ? undefined
            : `give one of ${allowed.filter((text) => text !== "").join(", ")}`;
}

/** A whole number from least to most, both included. */
export function checkWhole(value: number, least: number, most: number): string | undefined {
    return Number.isInteger(value) && value >= least && value <= most
        ? undefined
        : `give a whole number from ${least} to ${most}`;
}

/** A text that is to stand in one line of a configuration file. */
export function checkOneLine(text: string): string | undefined {
    // eslint-disable-next-line no-control-regex -- these are what must not be in the line
    return /[\u0000-\u001f\u007f]/.test(text)
        ? "give one line without control characters"
        : undefined;
}
