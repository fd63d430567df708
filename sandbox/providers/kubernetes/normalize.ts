// Brings inputs into the form in which the API server keeps them, so that writing the same thing in another
// way is no change: quantities, empty values that Kubernetes does not store, a Secret's stringData, and
// metadata that only the server writes.
import { isObject, objectAt, type Json, type JsonObject } from "../plugin/json";
import { isUnknown } from "../plugin/values";
import { hasUnknowns, isBuiltIn, isCoreKind, kindOf } from "./objects";
import { canonicalQuantity } from "./quantity";

const READ_ONLY_METADATA = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

/** Fields that hold a map from resource names to quantities. */
const QUANTITY_MAPS: ReadonlySet<string> = new Set([
    "capacity",
    "default",
    "defaultRequest",
    "hard",
    "limits",
    "max",
    "min",
    "overhead",
    "requests",
]);

/** Maps whose keys users choose: an empty value there means something, an empty map does not. */
const USER_MAPS: ReadonlySet<string> = new Set([
    "annotations",
    "binaryData",
    "data",
    "labels",
    "matchLabels",
    "nodeSelector",
    "parameters",
    "stringData",
]);

/** Fields for which false, 0 or "" is not the same as nothing (pointers in the API's Go types). */
const MEANINGFUL_ZERO: ReadonlySet<string> = new Set([
    "activeDeadlineSeconds",
    "allocateLoadBalancerNodePorts",
    "allowPrivilegeEscalation",
    "allowVolumeExpansion",
    "apiGroup",
    "attachRequired",
    "automountServiceAccountToken",
    "backoffLimit",
    "backoffLimitPerIndex",
    "blockOwnerDeletion",
    "completions",
    "controller",
    "defaultMode",
    "enableServiceLinks",
    "exitCode",
    "expirationSeconds",
    "failedJobsHistoryLimit",
    "fsGroup",
    "hostUsers",
    "immutable",
    "key",
    "manualSelector",
    "maxFailedIndexes",
    "maxReplicas",
    "maxSkew",
    "maxSurge",
    "maxUnavailable",
    "minAvailable",
    "minDomains",
    "minReplicas",
    "mode",
    "mountPath",
    "name",
    "optional",
    "parallelism",
    "partition",
    "podInfoOnMount",
    "port",
    "priority",
    "privileged",
    "progressDeadlineSeconds",
    "readOnlyRootFilesystem",
    "replicas",
    "requiresRepublish",
    "revisionHistoryLimit",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "seLinuxMount",
    "serviceName",
    "setHostnameAsFQDN",
    "shareProcessNamespace",
    "stabilizationWindowSeconds",
    "start",
    "startingDeadlineSeconds",
    "storageCapacity",
    "storageClassName",
    "successfulJobsHistoryLimit",
    "suspend",
    "terminationGracePeriodSeconds",
    "tolerationSeconds",
    "ttlSecondsAfterFinished",
    "value",
    "weight",
]);

function isDropped(key: string, value: Json): boolean {
    if (value === null) return true;
    if (Array.isArray(value)) return value.length === 0 && key !== "rules";
    if (isObject(value)) return USER_MAPS.has(key) && Object.keys(value).length === 0;
    // `value: ""` of an environment variable is not stored; `value` of a PriorityClass is a number.
    if (value === "") return key === "value" || !MEANINGFUL_ZERO.has(key);
    return (value === false || value === 0) && !MEANINGFUL_ZERO.has(key);
}

function quantities(map: JsonObject): JsonObject {
    return Object.fromEntries(
        Object.entries(map).map(([name, amount]) => [
            name,
            (typeof amount === "string" && !isUnknown(amount)) || typeof amount === "number"
                ? canonicalQuantity(amount)
                : amount,
        ]),
    );
}

function normalizeValue(value: Json, key: string): Json {
    if (Array.isArray(value)) return value.map((item) => normalizeValue(item, ""));
    if (!isObject(value)) {
        return key === "sizeLimit" && typeof value === "string" ? canonicalQuantity(value) : value;
    }
    if (USER_MAPS.has(key)) return value;
    return normalizeFields(QUANTITY_MAPS.has(key) ? quantities(value) : value);
}

function normalizeFields(fields: JsonObject): JsonObject {
    const kept = Object.entries(fields).filter(([key, value]) => !isDropped(key, value));
    return Object.fromEntries(kept.map(([key, value]) => [key, normalizeValue(value, key)]));
}

/** The server keeps a Secret's stringData as base64 in its data. */
function foldStringData(secret: JsonObject): JsonObject {
    const data = { ...objectAt(secret, "data") };
    for (const [key, value] of Object.entries(data)) {
        if (typeof value === "string" && !/[^\sA-Za-z0-9+/=]/.test(value)) {
            data[key] = Buffer.from(value, "base64").toString("base64");
        }
    }
    for (const [key, value] of Object.entries(objectAt(secret, "stringData") ?? {})) {
        if (typeof value === "string") data[key] = Buffer.from(value, "utf8").toString("base64");
    }
    const folded: JsonObject = { ...secret, data };
    delete folded["stringData"];
    if (Object.keys(data).length === 0) delete folded["data"];
    return folded;
}

export function normalizeInputs(object: JsonObject): JsonObject {
    // A custom resource definition holds schemas: their `default` and `min` are no quantities.
    const schema = object["kind"] === "CustomResourceDefinition";
    const known = isBuiltIn(kindOf(object)) && !schema && !hasUnknowns(object);
    const folded = known && isCoreKind(object, "Secret") ? foldStringData(object) : object;
    const normal = known ? normalizeFields(folded) : { ...folded };
    const metadata = objectAt(normal, "metadata");
    if (metadata !== undefined) {
        const own = Object.entries(metadata).filter(([key]) => !READ_ONLY_METADATA.includes(key));
        normal["metadata"] = Object.fromEntries(own);
    }
    return normal;
}
