// Which rule decides when an object is ready.
import type { JsonObject } from "../../plugin/json";
import { annotationOf, kindOf } from "../objects";
import { claimRule, jobRule, serviceRule, volumeRule } from "./others";
import { podRule } from "./pods";
import type { AwaitRule } from "./verdict";
import { waitForRule } from "./waitFor";
import { daemonSetRule, deploymentRule, statefulSetRule } from "./workloads";

const RULES: Record<string, AwaitRule> = {
    "apps/v1/DaemonSet": daemonSetRule,
    "apps/v1/Deployment": deploymentRule,
    "apps/v1/StatefulSet": statefulSetRule,
    "batch/v1/Job": jobRule,
    "v1/PersistentVolume": volumeRule,
    "v1/PersistentVolumeClaim": claimRule,
    "v1/Pod": podRule,
    "v1/Service": serviceRule,
};

/** Kinds whose deletion is not awaited either when skipAwait is set. */
const SKIPS_DELETION: ReadonlySet<string> = new Set([
    "apps/v1/DaemonSet",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "batch/v1/Job",
    "v1/Namespace",
    "v1/Pod",
    "v1/ReplicationController",
]);

function key(object: JsonObject): string {
    const { apiVersion, kind } = kindOf(object);
    return `${apiVersion}/${kind}`;
}

export function skipsAwait(inputs: JsonObject): boolean {
    return annotationOf(inputs, "pulumi.com/skipAwait") === "true";
}

export function skipsDeletionAwait(inputs: JsonObject): boolean {
    return skipsAwait(inputs) && SKIPS_DELETION.has(key(inputs));
}

/** The rule after a creation or an update; undefined where an object is ready by being there. */
export function readinessRule(inputs: JsonObject): AwaitRule | undefined {
    if (skipsAwait(inputs)) return undefined;
    const waitFor = annotationOf(inputs, "pulumi.com/waitFor");
    return waitFor === "" ? RULES[key(inputs)] : waitForRule(waitFor);
}

/** The rule that a refresh judges by; it never waits. */
export function refreshRule(inputs: JsonObject): AwaitRule | undefined {
    const rule = skipsAwait(inputs) ? undefined : RULES[key(inputs)];
    return rule?.onRead === true ? rule : undefined;
}

export function timeoutSeconds(
    customSeconds: number,
    inputs: JsonObject,
    rule?: AwaitRule,
): number {
    const annotated = annotationOf(inputs, "pulumi.com/timeoutSeconds");
    if (customSeconds > 0) return customSeconds;
    if (/^\d+$/.test(annotated)) return Number(annotated);
    return rule?.timeoutSeconds ?? 600;
}
