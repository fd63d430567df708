// Fields that can't be changed on a living object: a change of one replaces the object
// (read in pulumi-kubernetes provider/pkg/provider/diff.go, v4.34).
import { isObject, type Json, type JsonObject } from "../plugin/json";
import { groupOf, isCoreKind, kindOf } from "./objects";

export type Path = readonly (string | number)[];

const CONTAINER_FIELDS = [
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
];

const POD_FIELDS = [
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostname",
    "imagePullSecrets",
    "nodeName",
    "nodeSelector",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "serviceAccount",
    "serviceAccountName",
    "shareProcessNamespace",
    "subdomain",
    "terminationGracePeriodSeconds",
    "volumes",
];

const VOLUME_SOURCES = [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

const under = (prefix: string, fields: string[]) => fields.map((field) => `${prefix}.${field}`);

const BINDING = ["roleRef"];

/** By group and kind; `*` stands for every element of an array. */
const RULES: Record<string, string[]> = {
    "apps/StatefulSet": under("spec", [
        "podManagementPolicy",
        "revisionHistoryLimit",
        "selector",
        "serviceName",
        "volumeClaimTemplates",
    ]),
    "apps/DaemonSet": ["spec.selector"],
    "apps/Deployment": ["spec.selector"],
    "batch/Job": under("spec", ["completions", "parallelism", "selector", "template"]),
    "rbac.authorization.k8s.io/ClusterRoleBinding": BINDING,
    "rbac.authorization.k8s.io/RoleBinding": BINDING,
    "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
    "/PersistentVolume": under("spec", VOLUME_SOURCES),
    "/PersistentVolumeClaim": under("spec", [
        "accessModes",
        "selector",
        "storageClassName",
        "volumeName",
    ]),
    "/Pod": [
        ...under("spec", POD_FIELDS),
        ...under("spec.containers.*", CONTAINER_FIELDS),
        ...under("spec.initContainers.*", CONTAINER_FIELDS),
    ],
    "/ResourceQuota": ["spec.scopes"],
    "/Secret": ["type"],
    "/Service": ["spec.clusterIP"],
};

export interface Mutability {
    configMaps: boolean;
    secrets: boolean;
}

/** The fields of this object whose change replaces it. */
export function replaceTriggers(object: JsonObject, mutability: Mutability): string[] {
    const { apiVersion, kind } = kindOf(object);
    const immutable = object["immutable"] === true;
    const triggers = ["metadata.name", "metadata.namespace"];
    if (isCoreKind(object, "Secret") && (immutable || !mutability.secrets)) {
        return [...triggers, "type", "stringData", "data"];
    }
    if (isCoreKind(object, "ConfigMap") && (immutable || !mutability.configMaps)) {
        return [...triggers, "binaryData", "data"];
    }
    return [...triggers, ...(RULES[`${groupOf(apiVersion)}/${kind}`] ?? [])];
}

/** Whether a change at this path touches a trigger: below it, at it, or by a new value that holds it. */
export function triggersReplace(triggers: string[], path: Path, newValue: Json): boolean {
    return triggers.some((trigger) => {
        const steps = trigger.split(".");
        const shared = Math.min(steps.length, path.length);
        for (let i = 0; i < shared; i++) {
            const same = steps[i] === "*" ? typeof path[i] === "number" : steps[i] === path[i];
            if (!same) return false;
        }
        return holds(newValue, steps.slice(shared));
    });
}

function holds(value: Json, steps: string[]): boolean {
    const [step, ...rest] = steps;
    if (step === undefined) return true;
    if (step === "*") return Array.isArray(value) && value.some((item) => holds(item, rest));
    const next = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    return next !== undefined && holds(next, rest);
}
