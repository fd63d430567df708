import { isIP } from "node:net";
import {
    checkDnsSubdomain,
    checkImage,
    checkWhole,
    labelsProblems,
    oneOf,
    resourcesProblems,
    tolerationsProblems,
} from "../checks";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import type { NfsProvisionerArgs, NfsStorageClass } from "./args";
import { nfsDefaults } from "./args";

export const checkVersion = oneOf(["3", "4", "4.0", "4.1", "4.2"]);

/** Everything that is wrong with the arguments; fields are named as in NfsProvisionerArgs. */
export function nfsProblems(args: NfsProvisionerArgs): Problem[] {
    const { version = nfsDefaults.version, classes = [] } = args;
    return [
        ...problemIf("server", args.server, checkServer(args.server)),
        ...problemIf("path", args.path, checkPath(args.path)),
        ...problemIf("version", version, checkVersion(version)),
        ...mountOptionsProblems("mountOptions", args.mountOptions ?? [], version),
        ...(args.classes?.length === 0
            ? problemIf("classes", [], "give at least one class, or leave the list out")
            : []),
        ...classes.flatMap((each, index) => classProblems(`classes[${index}]`, each, version)),
        ...repeatedClassProblems(classes),
        ...problemIf("image", args.image, checkImage(args.image ?? nfsDefaults.image)),
        ...wholeProblems("replicas", args.replicas, 1, 5),
        ...resourcesProblems("resources", args.resources ?? {}),
        ...tolerationsProblems("tolerations", args.tolerations ?? []),
        ...labelsProblems("nodeSelector", args.nodeSelector ?? {}),
        ...(args.imagePullSecrets ?? []).flatMap((name, index) =>
            problemIf(`imagePullSecrets[${index}]`, name, checkDnsSubdomain(name)),
        ),
        // Pod Security `restricted` runs nothing as root, which uid 0 would be.
        ...wholeProblems("runAsUser", args.runAsUser, 1, 4294967294),
        ...wholeProblems("runAsGroup", args.runAsGroup, 1, 4294967294),
    ];
}

function wholeProblems(field: string, value: number | undefined, least: number, most: number) {
    return value === undefined ? [] : problemIf(field, value, checkWhole(value, least, most));
}

export function checkServer(server: string): string | undefined {
    const remedy = "give the NFS server's host name or IP address alone, such as nfs.example.com";
    // Digits and dots alone must be an address: 10.0.0.256 is no host name either.
    const isName = checkDnsSubdomain(server.toLowerCase()) === undefined && /[a-z]/i.test(server);
    return isIP(server) !== 0 || isName ? undefined : remedy;
}

export function checkPath(path: string): string | undefined {
    const segments = path.split("/").slice(1);
    const isNormal =
        path === "/" || segments.every((each) => each !== "" && each !== "." && each !== "..");
    return path.startsWith("/") && isNormal && !/[\s,\\]/.test(path)
        ? undefined
        : "give the exported directory as an absolute path without '..', spaces or a slash at its end, such as /srv/mysql";
}

const oneWriter =
    "remove it: MySQL's lock on its files is all that keeps two servers off one directory, and";

/** Why an option can't be given; the key is the option's name before any "=". */
const refusedOptions: Readonly<Record<string, string>> = {
    soft: `${oneWriter} a soft mount drops writes when the server is slow`,
    softerr: `${oneWriter} a soft mount drops writes when the server is slow`,
    nolock: `${oneWriter} nolock keeps that lock on one node`,
    local_lock: `${oneWriter} local_lock keeps that lock on one node`,
    ro: "remove it: volumes must be writable",
    bg: "remove it: a Pod must not start before its volume is mounted",
    minorversion: "remove it and set the NFS version instead",
};

export function mountOptionsProblems(
    field: string,
    options: readonly string[],
    version: string,
): Problem[] {
    return options.flatMap((option, index) =>
        problemIf(`${field}[${index}]`, option, checkMountOption(option, version)),
    );
}

function checkMountOption(option: string, version: string): string | undefined {
    if (!/^[A-Za-z][\w-]*(=[^\s,=]+)?$/.test(option)) {
        return "give one mount option a list item, such as noatime or rsize=1048576";
    }
    const [name = "", value = ""] = option.split("=");
    if (name === "local_lock" && value === "none") {
        return undefined;
    }
    const asked = /^(nfsvers|vers)$/.test(name) ? value : /^v([34].*)$/.exec(name)?.[1];
    return asked !== undefined && asked !== version
        ? `remove it or make it agree with the NFS version ${version}`
        : refusedOptions[name];
}

function classProblems(field: string, each: NfsStorageClass, version: string): Problem[] {
    const { reclaimPolicy = "Retain", onDelete } = each;
    return [
        ...problemIf(`${field}.name`, each.name, checkDnsSubdomain(each.name)),
        ...problemIf(
            `${field}.reclaimPolicy`,
            reclaimPolicy,
            oneOf(["Retain", "Delete"])(reclaimPolicy),
        ),
        ...(onDelete === undefined
            ? []
            : problemIf(`${field}.onDelete`, onDelete, oneOf(["delete", "retain"])(onDelete))),
        ...(each.pathPattern === undefined
            ? []
            : problemIf(`${field}.pathPattern`, each.pathPattern, checkPathPattern(each))),
        ...mountOptionsProblems(`${field}.mountOptions`, each.mountOptions ?? [], version),
    ];
}

/** The provisioner joins the pattern to the export's path without looking at what comes out. */
function checkPathPattern({ pathPattern = "", reclaimPolicy, onDelete }: NfsStorageClass) {
    const variables = [...pathPattern.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1] ?? "");
    if (!variables.includes(".PVC.name") || !variables.includes(".PVC.namespace")) {
        return "put ${.PVC.namespace} and ${.PVC.name} into it: without both, two claims share a directory";
    }
    const odd = variables.find(
        (each) => !/^\.PVC\.(name|namespace|labels\.[A-Za-z0-9_./-]+)$/.test(each),
    );
    if (odd !== undefined) {
        return /annotations/.test(odd)
            ? `remove \${${odd}}: an annotation can hold .. and lead out of the export`
            : `use \${.PVC.name}, \${.PVC.namespace} and \${.PVC.labels.KEY} in place of \${${odd}}`;
    }
    const plain = pathPattern.replace(/\$\{[^}]*\}/g, "x");
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(plain) || plain.split("/").includes("..")) {
        return "give a relative path of letters, digits, '-', '_', '.' and '/' without '..'";
    }
    // Namespace p with claim q-r and namespace p-q with claim r would be one directory.
    const between = pathPattern.split(/\$\{[^}]*\}/).slice(1, -1);
    if (!between.every((text) => /[_/]/.test(text))) {
        return "put _ or / between the parts, such as ${.PVC.namespace}_${.PVC.name}: names can hold whatever else joins them, and two claims could share a directory";
    }
    // v4.0.2 looks for /persistentvolumes/<last element> when it deletes or archives: a directory
    // further down is never found, and one of that name at the top is taken in its stead.
    return pathPattern.includes("/") && reclaimPolicy === "Delete" && onDelete !== "retain"
        ? "take the '/' out, set onDelete to retain or reclaimPolicy to Retain: the provisioner can't delete or archive a directory that isn't at the top of the export"
        : undefined;
}

function repeatedClassProblems(classes: readonly NfsStorageClass[]): Problem[] {
    const defaults = classes.filter((each) => each.isDefault);
    return classes.flatMap((each, index) => [
        ...(classes.findIndex((other) => other.name === each.name) < index
            ? problemIf(`classes[${index}].name`, each.name, "give each class a name of its own")
            : []),
        ...(each.isDefault && defaults.indexOf(each) > 0
            ? problemIf(`classes[${index}].isDefault`, true, "make at most one class the default")
            : []),
    ]);
}
