import type * as pulumi from "@pulumi/pulumi";
import type * as k8s from "../kubernetes";
import { unlessEmpty } from "../unlessEmpty";
import { paths, port } from "./paths";
import type { FullArgs } from "./withDefaults";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;
type Volume = k8s.types.input.core.v1.Volume;
type Probe = k8s.types.input.core.v1.Probe;

/** uid and gid of the user mysql in the official image. */
const mysqlUser = 999;
/** A first start, a copy or a recovery takes as long as the data is large; nothing may cut it short. */
const startupSeconds = 4 * 60 * 60;
const startupPeriodSeconds = 2;

/** Names of the objects that the Pod mounts. */
export interface PodParts {
    serviceAccountName: pulumi.Input<string>;
    configName: pulumi.Input<string>;
    scriptsName: pulumi.Input<string>;
    credentialsName: pulumi.Input<string>;
    internalCredentialsName: pulumi.Input<string>;
    /** The ConfigMap in which the controller says that the cluster has held data, and which is to be copied anew. */
    topologyName: string;
    /** The ConfigMap with the number of Pods: as a file, since in the template it would restart every Pod. */
    declaredName: string;
    /** Name of the claim's volume. */
    volumeName: string;
}

/** The Pod of a server, without what StatefulService gives every Pod: it meets Pod Security `restricted` with that. */
export function podSpec(args: FullArgs, parts: PodParts): PodSpec {
    return {
        serviceAccountName: parts.serviceAccountName,
        imagePullSecrets: unlessEmpty(args.imagePullSecrets.map((name) => ({ name }))),
        nodeSelector: unlessEmpty(args.nodeSelector),
        tolerations: unlessEmpty(args.tolerations),
        securityContext: {
            runAsUser: mysqlUser,
            runAsGroup: mysqlUser,
            fsGroup: mysqlUser,
            // NFS ignores fsGroup; elsewhere a large volume isn't gone through at each start.
            fsGroupChangePolicy: "OnRootMismatch",
        },
        terminationGracePeriodSeconds: args.terminationGracePeriodSeconds,
        initContainers: [prepareContainer(args, parts)],
        containers: [mysqldContainer(args, parts)],
        volumes: volumes(parts),
    };
}

function prepareContainer(args: FullArgs, parts: PodParts): Container {
    return {
        name: "prepare",
        image: args.image,
        resources: args.resources,
        command: ["bash", `${paths.scripts}/prepare.sh`],
        env: [
            fromField("POD_NAME", "metadata.name"),
            fromField("POD_UID", "metadata.uid"),
            fromField("POD_NAMESPACE", "metadata.namespace"),
            { name: "CLUSTER_NAME", value: args.name },
            { name: "CLUSTER_DOMAIN", value: args.clusterDomain },
            { name: "APP_DATABASE", value: args.databaseName },
            { name: "APP_USER", value: args.userName },
        ],
        volumeMounts: [
            ...commonMounts(parts),
            { name: "topology", mountPath: paths.topology, readOnly: true },
            { name: "declared", mountPath: paths.declared, readOnly: true },
            { name: "credentials", mountPath: paths.credentials, readOnly: true },
            { name: "internal-credentials", mountPath: paths.internalCredentials, readOnly: true },
        ],
    };
}

function mysqldContainer(args: FullArgs, parts: PodParts): Container {
    return {
        name: "mysqld",
        image: args.image,
        resources: args.resources,
        command: ["bash", `${paths.scripts}/serve.sh`],
        env: [{ name: "LAG_BOUND_SECONDS", value: String(args.lagBoundSeconds) }],
        ports: [{ name: "mysql", containerPort: port }],
        // Nodes need a moment to stop sending new connections to a Pod that goes; until then it serves.
        lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
        // The same script says that the start is over and, from then on, that the server isn't wedged.
        startupProbe: {
            ...probe("alive.sh"),
            periodSeconds: startupPeriodSeconds,
            failureThreshold: startupSeconds / startupPeriodSeconds,
        },
        livenessProbe: { ...probe("alive.sh"), periodSeconds: 10, failureThreshold: 6 },
        // Often, since roles change fast: a Service sends nobody to a Pod before this has succeeded. The first failure
        // counts, since data gets older until then.
        readinessProbe: { ...probe("ready.sh"), periodSeconds: 2, failureThreshold: 1 },
        volumeMounts: commonMounts(parts),
    };
}

function commonMounts({ volumeName }: PodParts): k8s.types.input.core.v1.VolumeMount[] {
    return [
        { name: volumeName, mountPath: paths.volume },
        { name: "config", mountPath: paths.config, readOnly: true },
        { name: "scripts", mountPath: paths.scripts, readOnly: true },
        { name: "run", mountPath: paths.run },
        { name: "tmp", mountPath: paths.temporary },
    ];
}

function volumes(parts: PodParts): Volume[] {
    return [
        { name: "config", configMap: { name: parts.configName } },
        { name: "scripts", configMap: { name: parts.scriptsName } },
        { name: "topology", configMap: { name: parts.topologyName, optional: true } },
        { name: "declared", configMap: { name: parts.declaredName, optional: true } },
        {
            name: "credentials",
            secret: {
                secretName: parts.credentialsName,
                defaultMode: 0o440,
                items: [
                    { key: "root-password", path: "root-password" },
                    { key: "password", path: "password" },
                ],
            },
        },
        {
            name: "internal-credentials",
            secret: { secretName: parts.internalCredentialsName, defaultMode: 0o440 },
        },
        // Passwords are written here, so it is memory and no disk.
        { name: "run", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
        { name: "tmp", emptyDir: {} },
    ];
}

/** The scripts give up by themselves after 8 seconds, and say why. */
function probe(script: string): Probe {
    return { exec: { command: ["bash", `${paths.scripts}/${script}`] }, timeoutSeconds: 10 };
}

function fromField(name: string, fieldPath: string): k8s.types.input.core.v1.EnvVar {
    return { name, valueFrom: { fieldRef: { fieldPath } } };
}
