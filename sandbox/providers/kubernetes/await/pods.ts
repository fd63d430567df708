// Why a Pod is not ready, told as one would tell a colleague (the reasons a failed wait ends with).
import { numberAt, objectAt, objectsAt, textAt, textsAt, type JsonObject } from "../../plugin/json";
import { displayName } from "../objects";
import { DONE, pending, type AwaitRule } from "./verdict";

export const POD = { apiVersion: "v1", kind: "Pod" };

export function conditionOf(object: JsonObject, type: string): JsonObject | undefined {
    return objectsAt(object, "status", "conditions").find((each) => textAt(each, "type") === type);
}

export function isTrue(condition: JsonObject | undefined): boolean {
    return textAt(condition, "status") === "True";
}

/** `matchLabels` and `matchExpressions` as the API's query wants them. */
export function labelSelectorOf(selector: JsonObject | undefined): string {
    const matchLabels = objectAt(selector, "matchLabels");
    const labels = Object.keys(matchLabels ?? {}).map(
        (key) => `${key}=${textAt(matchLabels, key)}`,
    );
    const expressions = objectsAt(selector, "matchExpressions").map((expression) => {
        const key = textAt(expression, "key");
        const list = textsAt(expression, "values").join(",");
        switch (textAt(expression, "operator")) {
            case "In":
                return `${key} in (${list})`;
            case "NotIn":
                return `${key} notin (${list})`;
            case "DoesNotExist":
                return `!${key}`;
            default:
                return key;
        }
    });
    return [...labels, ...expressions].join(",");
}

function trimImageMessage(message: string): string {
    return message
        .replace(/^rpc error: code = \w+ desc = (Error response from daemon: )?/, "")
        .replace(/: manifest unknown$/, "");
}

/** One container's troubles: waiting, terminated, or terminated before and started again. */
function containerReasons(status: JsonObject): string[] {
    if (status["ready"] === true) return [];
    const reasons: string[] = [];
    const name = JSON.stringify(textAt(status, "name"));
    const waiting = objectAt(status, "state", "waiting");
    const reason = textAt(waiting, "reason");
    if (waiting !== undefined && !["", "ContainerCreating", "PodInitializing"].includes(reason)) {
        reasons.push(`[${reason}] ${trimImageMessage(textAt(waiting, "message"))}`.trimEnd());
    }
    const ended = objectAt(status, "state", "terminated");
    if (ended !== undefined && numberAt(ended, "exitCode") !== 0) {
        const message = textAt(ended, "message").trim();
        reasons.push(
            message === ""
                ? `container ${name} completed with exit code ${numberAt(ended, "exitCode")}`
                : `[${textAt(ended, "reason")}] ${message}`,
        );
    }
    const last = objectAt(status, "lastState", "terminated");
    if (last !== undefined) {
        const exit = `${textAt(last, "reason")}: exit code ${numberAt(last, "exitCode")}`;
        reasons.push(`container ${name} terminated at ${textAt(last, "finishedAt")} (${exit})`);
        const message = textAt(last, "message").trim();
        if (message !== "") reasons.push(message);
    }
    return reasons;
}

/** The reason why this Pod is not ready, or "" if there is none to tell. */
export function podTrouble(pod: JsonObject): string {
    if (textAt(pod, "status", "phase") === "Succeeded" || isTrue(conditionOf(pod, "Ready")))
        return "";
    const unmet = ["PodScheduled", "Initialized", "Ready"]
        .map((type) => conditionOf(pod, type))
        .find((condition) => condition !== undefined && !isTrue(condition));
    const message = textAt(unmet, "reason") === "" ? "" : textAt(unmet, "message");
    const containers = ["initContainerStatuses", "containerStatuses"]
        .flatMap((list) => objectsAt(pod, "status", list))
        .flatMap(containerReasons);
    const texts = [message, ...containers].filter((text) => text !== "");
    return texts.length === 0 ? "" : `[Pod ${displayName(pod)}]: ${texts.join("\n")}`;
}

export function podTroubles(pods: JsonObject[]): string[] {
    return pods.map(podTrouble).filter((text) => text !== "");
}

/** A Pod by itself: ready, or run to its end. */
export const podRule: AwaitRule = {
    onRead: true,
    judge({ object }) {
        if (textAt(object, "status", "phase") === "Succeeded") return DONE;
        if (isTrue(conditionOf(object, "Ready"))) return DONE;
        const step = !isTrue(conditionOf(object, "PodScheduled"))
            ? "scheduled"
            : !isTrue(conditionOf(object, "Initialized"))
              ? "initialized"
              : "ready";
        const status = `Waiting for Pod "${displayName(object)}" to be ${step}`;
        return pending(status, podTroubles([object]));
    },
};
