// The provider's settings: from its own configuration first, then from the environment.
import { deepEqual, isObject, textAt, type JsonObject } from "../plugin/json";
import type { DiffResult } from "../plugin/provider";
import { isUnknown, revealObject } from "../plugin/values";
import { activeCluster, parseKubeconfig, type Selection } from "./kubeconfig";

export interface Settings {
    /** Path or content; empty: what kubectl would use. */
    kubeconfig: string;
    selection: Selection;
    namespace: string;
    patchForce: boolean;
    upsertExistingObjects: boolean;
    configMapsMutable: boolean;
    secretsMutable: boolean;
    deleteUnreachable: boolean;
    skipUpdateUnreachable: boolean;
}

export function readSettings(
    variables: ReadonlyMap<string, string>,
    environment: NodeJS.ProcessEnv,
): Settings {
    const text = (key: string) => variables.get(`kubernetes:config:${key}`) ?? "";
    const flag = (key: string, variable: string, otherwise = false) => {
        const value = variables.get(`kubernetes:config:${key}`) ?? environment[variable];
        return value === undefined ? otherwise : value === "true";
    };
    const clientSide = !flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true);
    if (clientSide || text("renderYamlToDirectory") !== "") {
        const setting = clientSide ? "enableServerSideApply=false" : "renderYamlToDirectory";
        throw new Error(
            `kubernetes:${setting} needs the official kubernetes plugin: install it with ` +
                "`pulumi plugin install resource kubernetes`, or leave the setting out",
        );
    }
    return {
        kubeconfig: text("kubeconfig"),
        selection: {
            context: text("context") || undefined,
            cluster: text("cluster") || undefined,
        },
        namespace: text("namespace"),
        patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        configMapsMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        secretsMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
        skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    };
}

const CLUSTER_KEYS = ["kubeconfig", "context", "cluster"];

function clusterOf(settings: JsonObject): JsonObject | undefined {
    const kubeconfig = settings["kubeconfig"];
    const text = isObject(kubeconfig) ? JSON.stringify(kubeconfig) : textAt(settings, "kubeconfig");
    if (text === "") return undefined;
    return activeCluster(parseKubeconfig(text), {
        context: textAt(settings, "context") || undefined,
        cluster: textAt(settings, "cluster") || undefined,
    });
}

/** Another cluster replaces every resource; any other setting changes nothing that exists. */
export function diffSettings(rawOlds: JsonObject, rawNews: JsonObject): DiffResult {
    const olds = revealObject(rawOlds);
    const news = revealObject(rawNews);
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = keys.filter((key) => !deepEqual(olds[key], news[key]));
    if (changed.length === 0) return { changed: false };
    const unknown = CLUSTER_KEYS.find((key) => isUnknown(news[key]));
    if (unknown !== undefined) return { changed: true, replaces: [unknown] };
    const identifier =
        changed.includes("clusterIdentifier") &&
        "clusterIdentifier" in olds &&
        "clusterIdentifier" in news;
    if (identifier) return { changed: true, replaces: ["clusterIdentifier"] };
    if ("clusterIdentifier" in news) return { changed: true };
    const before = clusterOf(olds);
    const now = clusterOf(news);
    const moved = before !== undefined && now !== undefined && !deepEqual(before, now);
    return {
        changed: true,
        replaces: moved ? CLUSTER_KEYS.filter((key) => changed.includes(key)) : [],
    };
}
