// The annotation `pulumi.com/waitFor`: the user's own idea of ready, in place of the built-in one.
import { numberAt, textAt, type Json, type JsonObject } from "../../plugin/json";
import { conditionOf } from "./pods";
import { matchJsonPath, parseJsonPath } from "./jsonPath";
import { DONE, pending, type AwaitRule, type Verdict } from "./verdict";

type Condition = (object: JsonObject) => Verdict;

function jsonPathCondition(expression: string): Condition {
    const path = parseJsonPath(expression);
    const shown = path.text + (path.value === undefined ? "" : `=${path.value}`);
    return (object) => {
        const generation = numberAt(object, "metadata", "generation") ?? 0;
        const observed = numberAt(object, "status", "observedGeneration") ?? generation;
        const { matched, found } = matchJsonPath(path, object);
        if (matched && observed >= generation) return DONE;
        const status = `Waiting for ${shown}`;
        const now =
            found === undefined
                ? `${path.text} selected nothing`
                : `found ${JSON.stringify(found)}`;
        return pending(`${status} (${now})`, [`${shown} was not reached: ${now}`]);
    };
}

function typedCondition(expression: string): Condition {
    const [type = "", wanted = "True"] = expression.replace(/^condition=/, "").split("=", 2);
    return (object) => {
        const condition =
            conditionOf(object, type) ??
            conditionOf(object, type.charAt(0).toUpperCase() + type.slice(1));
        const status = textAt(condition, "status");
        const generation = numberAt(object, "metadata", "generation") ?? 0;
        const observed =
            numberAt(condition, "observedGeneration") ??
            numberAt(object, "status", "observedGeneration") ??
            generation;
        if (status.toLowerCase() === wanted.toLowerCase() && observed >= generation) return DONE;
        const line = `Resource has condition ${type}=${status || "(none)"} (want ${wanted})`;
        return pending(line, [line]);
    };
}

function conditionFrom(expression: Json): Condition {
    const text = typeof expression === "string" ? expression : JSON.stringify(expression);
    if (text.startsWith("jsonpath=")) return jsonPathCondition(text);
    if (text.startsWith("condition=")) return typedCondition(text);
    throw new Error(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(text)}`);
}

function expressions(annotation: string): Json[] {
    try {
        const parsed = JSON.parse(annotation) as Json;
        if (Array.isArray(parsed)) return parsed;
    } catch {
        // Not JSON: one expression by itself.
    }
    return [annotation];
}

/** The rule that the annotation's text asks for: all of its conditions at once. */
export function waitForRule(annotation: string): AwaitRule {
    const conditions = expressions(annotation).map(conditionFrom);
    if (conditions.length === 0) throw new Error("at least one condition must be specified");
    return {
        // Of a user's own conditions the official plugin says no more.
        lateMessage: "timed out waiting for the condition",
        judge({ object }) {
            const open = conditions
                .map((condition) => condition(object))
                .filter((verdict) => !verdict.done);
            const [first] = open;
            if (first === undefined) return DONE;
            return pending(
                first.status,
                open.flatMap((verdict) => verdict.reasons),
            );
        },
    };
}
