// Field managers of server-side apply: whose fields are whose, and how ours get their name.
import {
    at,
    deepEqual,
    isObject,
    objectsAt,
    textAt,
    type Json,
    type JsonObject,
} from "../plugin/json";
import { uniqueName } from "../plugin/names";
import type { Cluster } from "./cluster";
import { isConflict } from "./errors";
import { annotationOf, kindOf, nameOf, namespaceOf } from "./objects";

/** The manager's name when an object is created by a plain POST. */
export const CREATE_MANAGER = "pulumi-kubernetes";

const OUR_MANAGERS = [CREATE_MANAGER, `${CREATE_MANAGER}.exe`, "pulumi-resource-kubernetes"];

/**
 * Managers whose fields become ours with the first update: our own creation, and whatever was done with
 * kubectl. A name stands for all that begin with it, so what `kubectl edit` or `kubectl label` changed
 * ("kubectl-edit", "kubectl-label") is put right without a conflict.
 */
const ADOPTED = [
    { prefix: "before-first-apply", operation: "Update" },
    { prefix: "kubectl", operation: "Apply" },
    { prefix: "kubectl", operation: "Update" },
    ...OUR_MANAGERS.map((prefix) => ({ prefix, operation: "Update" })),
];

export function fieldManagerName(recorded: string, inputs: JsonObject): string {
    const annotated = annotationOf(inputs, "pulumi.com/patchFieldManager");
    return annotated || recorded || uniqueName(`${CREATE_MANAGER}-`);
}

function isAdopted(entry: JsonObject): boolean {
    return (
        textAt(entry, "subresource") === "" &&
        ADOPTED.some(
            ({ prefix, operation }) =>
                textAt(entry, "manager").startsWith(prefix) &&
                textAt(entry, "operation") === operation,
        )
    );
}

/** Sets of fields are trees of objects; their union is the union of keys at every level. */
function unionFields(left: Json | undefined, right: Json | undefined): Json {
    if (!isObject(left)) return right ?? {};
    if (!isObject(right)) return left;
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return Object.fromEntries([...keys].map((key) => [key, unionFields(left[key], right[key])]));
}

/** The managed fields after ours took over what was adopted; the same list if there is nothing to adopt. */
export function adoptFields(managedFields: JsonObject[], fieldManager: string): JsonObject[] {
    const isOurs = (entry: JsonObject) =>
        textAt(entry, "manager") === fieldManager && textAt(entry, "operation") === "Apply";
    const others = managedFields.filter((entry) => !isOurs(entry));
    const adopted = others.filter(isAdopted);
    if (adopted.length === 0) return managedFields;
    const merged = [...managedFields.filter(isOurs), ...adopted];
    const fields = merged.reduce<Json>((union, each) => unionFields(union, each["fieldsV1"]), {});
    const ours = { ...merged[0], manager: fieldManager, operation: "Apply", fieldsV1: fields };
    return [...others.filter((entry) => !isAdopted(entry)), ours];
}

export async function takeOverFields(
    cluster: Cluster,
    live: JsonObject,
    fieldManager: string,
): Promise<JsonObject> {
    for (let attempt = 0, object = live; ; attempt++) {
        const before = objectsAt(object, "metadata", "managedFields");
        const after = adoptFields(before, fieldManager);
        if (deepEqual(before, after)) return object;
        const version = at(object, "metadata", "resourceVersion") ?? null;
        try {
            return await cluster.jsonPatch(object, [
                { op: "replace", path: "/metadata/managedFields", value: after },
                { op: "replace", path: "/metadata/resourceVersion", value: version },
            ]);
        } catch (error) {
            // Someone wrote in between: look again.
            if (!isConflict(error) || attempt === 4) throw error;
            const identity = { namespace: namespaceOf(object), name: nameOf(object) };
            object = await cluster.get(kindOf(object), identity);
        }
    }
}

/** Whether a field manager other than ours holds the field and ours does not. */
export function isHeldByOthers(live: JsonObject, path: string[], fieldManager: string): boolean {
    const holders = objectsAt(live, "metadata", "managedFields").filter(
        (entry) => at(entry["fieldsV1"], ...path.map((step) => `f:${step}`)) !== undefined,
    );
    return (
        holders.length > 0 && holders.every((entry) => textAt(entry, "manager") !== fieldManager)
    );
}

export interface ForceOptions {
    inputs: JsonObject;
    /** The live object; undefined when there is none yet. */
    live?: JsonObject;
    forceAll: boolean;
    preview: boolean;
}

/** Whether an apply takes fields away from other managers. */
export function forcesConflicts({ inputs, live, forceAll, preview }: ForceOptions): boolean {
    if (forceAll || annotationOf(inputs, "pulumi.com/patchForce") === "true") return true;
    if (live === undefined) return preview;
    const managers = objectsAt(live, "metadata", "managedFields");
    // An object without managers is from before server-side apply.
    if (managers.length === 0) return true;
    // At preview nothing has been adopted yet, so our own creation would seem to be in conflict with us.
    const isCreation = (entry: JsonObject) =>
        textAt(entry, "operation") === "Update" && OUR_MANAGERS.includes(textAt(entry, "manager"));
    return preview && managers.some(isCreation);
}
