// ignoreChanges at an update: an ignored field is sent as it is in the cluster, or not at all where it is
// somebody else's, so that applying our fields neither changes it nor gives it up.
import { at, isObject, type Json, type JsonObject } from "../plugin/json";
import { parsePath } from "./diff";
import { isHeldByOthers } from "./ownership";

function withValue(object: JsonObject, path: string[], value: Json | undefined): JsonObject {
    const [key, ...rest] = path;
    if (key === undefined) return object;
    const copy = { ...object };
    if (rest.length > 0) {
        const child = copy[key];
        if (value === undefined && !isObject(child)) return object;
        copy[key] = withValue(isObject(child) ? child : {}, rest, value);
    } else if (value === undefined) {
        delete copy[key];
    } else {
        copy[key] = value;
    }
    return copy;
}

export function keepIgnored(
    inputs: JsonObject,
    live: JsonObject,
    ignoreChanges: string[],
    fieldManager: string,
): JsonObject {
    return ignoreChanges.reduce((result, ignored) => {
        const path = parsePath(ignored).map(String);
        if (isHeldByOthers(live, path, fieldManager)) return withValue(result, path, undefined);
        const current = at(live, ...path);
        return current === undefined ? result : withValue(result, path, current);
    }, inputs);
}
