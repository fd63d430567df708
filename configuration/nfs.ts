import type * as k8s from "../components/kubernetes";
import type { NfsProvisionerArgs, NfsStorageClass } from "../components/nfs/args";
import { resources, textMap, texts, tolerations } from "./podShapes";
import type { Reader } from "./reader";
import { renameHead } from "./reader";
import * as shape from "./shapes";

const reclaimPolicy = shape.oneWordOf("Retain", "Delete");
const onDelete = shape.optional(shape.oneWordOf("delete", "retain"));

const extraClasses = shape.listOf(
    shape.partsOf<NfsStorageClass>((get) => ({
        name: get("name", shape.text) ?? "",
        reclaimPolicy: get("reclaimPolicy", reclaimPolicy),
        archiveOnDelete: get("archiveOnDelete", shape.flag),
        onDelete: get("onDelete", onDelete),
        pathPattern: get("pathPattern", shape.optionalText),
        mountOptions: get("mountOptions", texts),
        isDefault: get("isDefault", shape.flag),
    })),
);

const affinity = shape.guarded(
    (value): value is k8s.types.input.core.v1.Affinity =>
        shape.isObject(value) &&
        Object.keys(value).every((key) => /^(node|pod|podAnti)Affinity$/.test(key)),
    "give an object of nodeAffinity, podAffinity and podAntiAffinity, as in a Pod spec",
);

/** The arguments of NfsProvisioner from the keys that begin with `nfs`. */
export function readNfs(reader: Reader, defaultClassName: string): NfsProvisionerArgs {
    return {
        server: reader.scalar("nfsServer", shape.text),
        path: reader.scalar("nfsPath", shape.text),
        version: reader.scalar("nfsVersion", shape.text),
        mountOptions: reader.json("nfsMountOptions", texts),
        classes: [
            {
                name: reader.scalar("nfsClassName", shape.text) || defaultClassName,
                reclaimPolicy: reader.scalar("nfsReclaimPolicy", reclaimPolicy),
                archiveOnDelete: reader.scalar("nfsArchiveOnDelete", shape.flag),
                onDelete: reader.scalar("nfsOnDelete", onDelete),
                pathPattern: reader.scalar("nfsPathPattern", shape.optionalText),
                isDefault: reader.scalar("nfsDefaultClass", shape.flag),
            },
            ...reader.json("nfsExtraClasses", extraClasses),
        ],
        image: reader.scalar("nfsProvisionerImage", shape.text),
        replicas: reader.scalar("nfsProvisionerReplicas", shape.whole),
        resources: reader.json("nfsProvisionerResources", resources),
        tolerations: reader.json("nfsProvisionerTolerations", tolerations),
        nodeSelector: reader.json("nfsProvisionerNodeSelector", textMap),
        affinity: reader.json("nfsProvisionerAffinity", affinity),
        imagePullSecrets: reader.json("nfsProvisionerImagePullSecrets", texts),
        runAsUser: reader.scalar("nfsRunAsUser", shape.whole),
        runAsGroup: reader.scalar("nfsRunAsGroup", shape.whole),
    };
}

const keys: Readonly<Record<string, string>> = {
    server: "nfsServer",
    path: "nfsPath",
    version: "nfsVersion",
    mountOptions: "nfsMountOptions",
    image: "nfsProvisionerImage",
    replicas: "nfsProvisionerReplicas",
    resources: "nfsProvisionerResources",
    tolerations: "nfsProvisionerTolerations",
    nodeSelector: "nfsProvisionerNodeSelector",
    affinity: "nfsProvisionerAffinity",
    imagePullSecrets: "nfsProvisionerImagePullSecrets",
    runAsUser: "nfsRunAsUser",
    runAsGroup: "nfsRunAsGroup",
};
const classKeys: Readonly<Record<string, string>> = {
    name: "nfsClassName",
    reclaimPolicy: "nfsReclaimPolicy",
    archiveOnDelete: "nfsArchiveOnDelete",
    onDelete: "nfsOnDelete",
    pathPattern: "nfsPathPattern",
    isDefault: "nfsDefaultClass",
};

/** The key that sets an argument of NfsProvisioner. */
export function nfsKey(field: string): string {
    const [, index = "", rest = ""] = /^classes\[(\d+)\]\.(.*)$/.exec(field) ?? [];
    if (index === "") {
        return renameHead(field, keys);
    }
    return index === "0"
        ? renameHead(rest, classKeys)
        : `nfsExtraClasses[${Number(index) - 1}].${rest}`;
}
