// `pulumi import` and `.get`: the inputs that would have made the object that is there.
import { objectAt, type JsonObject } from "../plugin/json";

const SERVER_METADATA = [
    "creationTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

const SERVER_ANNOTATIONS = [
    "deployment.kubernetes.io/revision",
    "kubectl.kubernetes.io/last-applied-configuration",
];

function without(object: JsonObject | undefined, keys: string[]): JsonObject {
    const kept = Object.entries(object ?? {}).filter(([key]) => !keys.includes(key));
    return Object.fromEntries(kept);
}

export function importedInputs(live: JsonObject): JsonObject {
    const metadata = without(objectAt(live, "metadata"), [...SERVER_METADATA, "annotations"]);
    const annotations = without(objectAt(live, "metadata", "annotations"), SERVER_ANNOTATIONS);
    return {
        ...without(live, ["status", "metadata"]),
        metadata: {
            ...metadata,
            ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        },
    };
}
