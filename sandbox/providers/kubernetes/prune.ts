// Cuts a live object down to the fields that we set, so that what others write is no difference of ours.
import { isObject, type Json, type JsonObject } from "../plugin/json";

export function pruneObject(live: JsonObject, shape: JsonObject): JsonObject {
    const pruned: JsonObject = {};
    for (const [key, value] of Object.entries(live)) {
        const wanted = Object.hasOwn(shape, key) ? shape[key] : undefined;
        if (wanted !== undefined) pruned[key] = pruneValue(value, wanted);
    }
    return pruned;
}

function pruneValue(value: Json, shape: Json): Json {
    if (isObject(value) && isObject(shape)) return pruneObject(value, shape);
    if (!Array.isArray(value) || !Array.isArray(shape)) return value;
    // Elements belong together by their place; what the server has beyond ours is not ours.
    return value.slice(0, shape.length).map((item, i) => pruneValue(item, shape[i] ?? null));
}
