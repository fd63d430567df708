// Diff: what an update would change. Compares the inputs wanted now with the live object as it was last seen,
// cut down to the fields that were ours, so that drift of ours shows and what others write does not.
import { objectAt, type JsonObject } from "../plugin/json";
import type { DiffRequest, DiffResult } from "../plugin/provider";
import { revealObject } from "../plugin/values";
import { parseCheckpoint } from "./checkpoint";
import { isAutonamed, isPatchType } from "./checking";
import { detailedDiff, replacingPaths } from "./diff";
import { normalizeInputs } from "./normalize";
import { isNamed, kindOf, nameOf, namespaceOf, withMetadata } from "./objects";
import { pruneObject } from "./prune";
import { replaceTriggers, type Mutability } from "./replaceRules";

function withNamespace(object: JsonObject, namespaced: boolean): JsonObject {
    if (namespaced) return withMetadata(object, { namespace: namespaceOf(object) || "default" });
    const metadata = { ...objectAt(object, "metadata") };
    delete metadata["namespace"];
    return { ...object, metadata };
}

export interface DiffContext {
    namespaced: boolean;
    mutability: Mutability;
}

export function diffObject(request: DiffRequest, context: DiffContext): DiffResult {
    const { inputs: oldInputs, live } = parseCheckpoint(request.olds);
    const news = normalizeInputs(revealObject(request.news));
    const pruned = pruneObject(live, normalizeInputs(oldInputs));
    const wanted = withNamespace(news, context.namespaced);
    const last = withNamespace(pruned, context.namespaced);
    const before: JsonObject = {
        ...kindOf(wanted),
        ...(isNamed(news) ? withMetadata(last, { name: nameOf(live) }) : last),
    };
    const triggers = isPatchType(request.urn, news)
        ? ["metadata.name", "metadata.namespace"]
        : replaceTriggers(news, context.mutability);
    const diff = detailedDiff(before, wanted, { triggers, ignoreChanges: request.ignoreChanges });
    const replaces = replacingPaths(diff);
    // The old object holds the very name that the new one needs: it has to go first.
    const sameName =
        isNamed(news) &&
        !isAutonamed(news) &&
        nameOf(wanted) === nameOf(live) &&
        namespaceOf(wanted) === namespaceOf(before);
    return {
        changed: Object.keys(diff).length > 0,
        replaces,
        deleteBeforeReplace: replaces.length > 0 && sameName,
        detailedDiff: diff,
    };
}
