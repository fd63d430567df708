import * as pulumi from "@pulumi/pulumi";
import { checkDnsLabel, checkDnsSubdomain } from "./components/checks";
import { mysqlProblems } from "./components/mysql/problems";
import { hashedName, uniqueName } from "./components/names";
import type { NfsProvisionerArgs } from "./components/nfs/args";
import { nfsProblems } from "./components/nfs/problems";
import type { Problem } from "./components/problem";
import { describeProblem, problemIf } from "./components/problem";
import type { MysqlSettings } from "./configuration/mysql";
import { mysqlKey, readMysql } from "./configuration/mysql";
import { nfsKey, readNfs } from "./configuration/nfs";
import { Reader } from "./configuration/reader";
import * as shape from "./configuration/shapes";

/** A stack's configuration, typed and checked. Pulumi.yaml describes every key and holds every default. */
export interface Settings {
    readonly namespace: string;
    readonly createNamespace: boolean;
    /** Whether what holds data can't be deleted until this is false. */
    readonly protect: boolean;
    /** An NFS export to make a provisioner for, or a class that exists. */
    readonly storage: { readonly nfs: NfsProvisionerArgs } | { readonly storageClassName: string };
    readonly mysql: MysqlSettings;
    /** The cluster that the kubernetes provider uses by default, for a second provider on the same cluster. */
    readonly cluster: ClusterSettings;
}

export interface ClusterSettings {
    /** Always an Output: left out, the provider's class would put $KUBECONFIG, a path of this machine, into the state. */
    readonly kubeconfig: pulumi.Output<string | undefined>;
    readonly context?: string;
    readonly cluster?: string;
}

/** Reads the configuration of the stack that is running; one error lists everything that is wrong with it. */
export function loadSettings(): Settings {
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const prefix = `${project}:`;
    const values = Object.fromEntries(
        Object.entries(pulumi.runtime.allConfig())
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key.slice(prefix.length), value]),
    );
    const { settings, problems } = readSettings(values, project, stack);
    if (problems.length > 0) {
        const lines = problems.map(
            (problem) => `  ${describeProblem(problem, (key) => `${prefix}${key}`)}`,
        );
        throw new pulumi.RunError(
            [
                `The configuration of stack ${stack} can't be used:`,
                ...lines,
                `Change it by \`pulumi config\` or in Pulumi.${stack}.yaml; Pulumi.yaml describes every key.`,
            ].join("\n"),
        );
    }
    return deepFreeze({ ...settings, cluster: loadCluster() });
}

function loadCluster(): ClusterSettings {
    const config = new pulumi.Config("kubernetes");
    return {
        // It may hold credentials, whether or not it was set as a secret. A secret of nothing is not nothing.
        kubeconfig: config.getSecret("kubeconfig") ?? pulumi.output(undefined),
        context: config.get("context"),
        cluster: config.get("cluster"),
    };
}

/** Reads and checks all keys; pure, so that every rule can be tested without an engine. */
export function readSettings(
    values: Readonly<Record<string, string>>,
    project: string,
    stack: string,
): { settings: Omit<Settings, "cluster">; problems: Problem[] } {
    const reader = new Reader(values);
    const namespace = reader.scalar("namespace", shape.text) || ownNamespace(project, stack);
    const createNamespace = reader.scalar("createNamespace", shape.flag);
    const protect = reader.scalar("protect", shape.flag);
    const storageClassName = reader.scalar("storageClassName", shape.optionalText);
    // Errors that come later name keys too, as `pulumi config` does.
    const nfs = {
        ...readNfs(reader, uniqueName(["nfs", project, stack])),
        nameOf: (field: string) => `${project}:${nfsKey(field)}`,
    };
    const keyOfClass = storageClassName === undefined ? "nfsClassName" : "storageClassName";
    const mysql = {
        ...readMysql(reader),
        nameOf: (field: string) =>
            `${project}:${field === "storageClassName" ? keyOfClass : mysqlKey(field)}`,
    };

    const usesNfs = storageClassName === undefined && (nfs.server !== "" || nfs.path !== "");
    const unfit = [
        ...problemIf("namespace", namespace, checkDnsLabel(namespace)),
        ...storageProblems(nfs, storageClassName),
        ...(usesNfs ? inKeys(nfsProblems(nfs), nfsKey) : []),
        ...inKeys(mysqlProblems({ ...mysql, namespace }), mysqlKey),
    ];
    const unread = new Set(reader.problems.map((problem) => problem.field));
    return {
        settings: {
            namespace,
            createNamespace,
            protect,
            storage: storageClassName === undefined ? { nfs } : { storageClassName },
            mysql,
        },
        problems: [
            ...reader.unknownKeys(),
            ...reader.problems,
            // What could not even be read needs no second complaint.
            ...unfit.filter((problem) => !unread.has(problem.field)),
        ],
    };
}

function ownNamespace(project: string, stack: string): string {
    // What project a's NFS provisioner has is called nfs-a-<stack>.
    const name = project.startsWith("nfs-") ? hashedName : uniqueName;
    return name([project, stack]);
}

function inKeys(problems: readonly Problem[], keyOf: (field: string) => string): Problem[] {
    return problems.map((problem) => ({ ...problem, field: keyOf(problem.field) }));
}

/** Volumes come from one place: an NFS export of this stack or a class that exists. */
function storageProblems(
    { server, path }: NfsProvisionerArgs,
    storageClassName: string | undefined,
): Problem[] {
    if (storageClassName !== undefined) {
        const remedy = `remove it, or storageClassName ${storageClassName}: volumes come from one of them`;
        return [
            ...problemIf("storageClassName", storageClassName, checkDnsSubdomain(storageClassName)),
            ...problemIf("nfsServer", server, server === "" ? undefined : remedy),
            ...problemIf("nfsPath", path, path === "" ? undefined : remedy),
        ];
    }
    return server === "" && path === ""
        ? problemIf(
              "nfsServer",
              server,
              "give the NFS server here and its exported directory as nfsPath, or an existing class as storageClassName",
          )
        : [];
}

/** Freezes lists and plain objects; an Output is neither and stays what it is. */
function deepFreeze<T>(value: T): T {
    if (
        Array.isArray(value) ||
        (shape.isObject(value) && Object.getPrototypeOf(value) === Object.prototype)
    ) {
        Object.values(value).forEach(deepFreeze);
        Object.freeze(value);
    }
    return value;
}
