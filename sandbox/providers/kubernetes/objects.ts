// Kubernetes objects as plain JSON: identity, annotations, ownership, and what is known of their kinds.
import { at, isObject, objectAt, objectsAt, textAt, type JsonObject } from "../plugin/json";
import { containsUnknown, isUnknown } from "../plugin/values";

export interface Kind {
    apiVersion: string;
    kind: string;
}

export interface Identity {
    namespace: string;
    name: string;
}

export function kindOf(object: JsonObject): Kind {
    return { apiVersion: textAt(object, "apiVersion"), kind: textAt(object, "kind") };
}

/** `kubernetes:apps/v1:StatefulSet`; the group without a name is called `core` there. */
export function kindOfType(type: string): Kind {
    const [, groupVersion = "", kind = ""] = type.split(":");
    return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

export function groupOf(apiVersion: string): string {
    return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

export function nameOf(object: JsonObject): string {
    return textAt(object, "metadata", "name");
}

export function namespaceOf(object: JsonObject): string {
    return textAt(object, "metadata", "namespace");
}

/** The id in the state: `namespace/name`, or the name alone where there is no namespace. */
export function idOf(object: JsonObject): string {
    const namespace = namespaceOf(object);
    return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function parseId(id: string): Identity {
    const slash = id.indexOf("/");
    return { namespace: slash < 0 ? "" : id.slice(0, slash), name: id.slice(slash + 1) };
}

/** How messages name an object: the namespace only where it says something. */
export function displayName(object: JsonObject): string {
    return namespaceOf(object) === "default" ? nameOf(object) : idOf(object);
}

export function annotationOf(object: JsonObject, key: string): string {
    return textAt(object, "metadata", "annotations", key);
}

/** A copy with changed metadata. */
export function withMetadata(object: JsonObject, changes: JsonObject): JsonObject {
    return { ...object, metadata: { ...objectAt(object, "metadata"), ...changes } };
}

/** A copy with an annotation set to "true"; metadata that is not known yet is left alone. */
export function withAnnotation(object: JsonObject, key: string): JsonObject {
    const annotations = at(object, "metadata", "annotations");
    if (annotations !== undefined && !isObject(annotations)) return object;
    return withMetadata(object, { annotations: { ...annotations, [key]: "true" } });
}

export function withoutStatus(object: JsonObject): JsonObject {
    const copy = { ...object };
    delete copy["status"];
    return copy;
}

export function isOwnedBy(object: JsonObject, owner: JsonObject | undefined): boolean {
    const uid = textAt(owner, "metadata", "uid");
    return (
        uid !== "" &&
        objectsAt(object, "metadata", "ownerReferences").some((each) => textAt(each, "uid") === uid)
    );
}

/** A name that someone gave, be it one that is not known yet. */
export function isNamed(object: JsonObject): boolean {
    const metadata = object["metadata"];
    return isUnknown(metadata) || isUnknown(at(metadata, "name")) || nameOf(object) !== "";
}

export function hasUnknowns(object: JsonObject): boolean {
    return containsUnknown(object);
}

export function isCoreKind(object: JsonObject, kind: string): boolean {
    return textAt(object, "apiVersion") === "v1" && textAt(object, "kind") === kind;
}

/** Groups that Kubernetes itself serves: their fields follow its conventions and their scope is known. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apps",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
]);

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "CustomResourceDefinition",
    "FlowSchema",
    "IPAddress",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "ServiceCIDR",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeAttributesClass",
]);

export function isBuiltIn({ apiVersion }: Kind): boolean {
    return BUILT_IN_GROUPS.has(groupOf(apiVersion));
}

/** Scope of a built-in kind; undefined for a kind that only the server can tell about. */
export function knownScope(kind: Kind): "cluster" | "namespace" | undefined {
    if (!isBuiltIn(kind)) return undefined;
    return CLUSTER_SCOPED.has(kind.kind) ? "cluster" : "namespace";
}
