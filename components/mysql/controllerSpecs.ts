import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "../kubernetes";
import { withPodDefaults } from "../stateful/podDefaults";
import { selectorLabels } from "../stateful/specs";
import { unlessEmpty } from "../unlessEmpty";
import { controllerCommand, controllerDirectory } from "./controllerBundle";
import { paths } from "./paths";
import type { FullArgs } from "./withDefaults";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;
type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

/** uid and gid of the user node in the official image. */
const nodeUser = 1000;
const healthPort = 8080;

/** Objects that the controller and the program share, by their names. */
export function controllerNames({ name }: Pick<FullArgs, "name">) {
    return {
        deployment: `${name}-controller`,
        lease: `${name}-controller`,
        /** The ConfigMap with what the controller has decided; it alone writes data there. */
        topology: `${name}-topology`,
        /** The ConfigMap with what the program wants. */
        declared: `${name}-declared`,
    };
}

/** The rights of the controller: every one of them is used, and none outside the namespace. */
export function controllerRules(args: FullArgs): PolicyRule[] {
    const { lease, topology, declared } = controllerNames(args);
    return [
        // A list can't be narrowed to names.
        { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
        {
            apiGroups: [""],
            resources: ["pods"],
            // As many as there can ever be.
            resourceNames: Array.from({ length: 15 }, (_, ordinal) => `${args.name}-${ordinal}`),
            verbs: ["patch", "delete"],
        },
        {
            apiGroups: [""],
            resources: ["configmaps"],
            resourceNames: [topology, declared],
            verbs: ["get", "patch"],
        },
        {
            apiGroups: ["apps"],
            resources: ["statefulsets"],
            resourceNames: [args.name],
            verbs: ["get"],
        },
        {
            apiGroups: ["coordination.k8s.io"],
            resources: ["leases"],
            resourceNames: [lease],
            verbs: ["get", "patch"],
        },
        { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    ];
}

/** The one environment variable that the controller is set up by. */
export function controllerSettings(args: FullArgs): pulumi.Output<string> {
    return pulumi.jsonStringify({
        namespace: args.namespace,
        cluster: args.name,
        clusterDomain: args.clusterDomain,
        databaseName: args.databaseName,
        lagBoundMs: args.lagBoundSeconds * 1000,
        failoverAfterMs: args.failoverAfterSeconds * 1000,
        readsFromPrimary: args.readsFromPrimary,
        rebuildErrant: args.rebuildErrant,
        selector: Object.entries(selectorLabels(args))
            .map(([key, value]) => `${key}=${value}`)
            .join(","),
    });
}

/** Names of the objects that the Pods use. */
export interface ControllerParts {
    serviceAccountName: pulumi.Input<string>;
    bundleName: pulumi.Input<string>;
    internalCredentialsName: pulumi.Input<string>;
}

export function controllerDeploymentSpec(args: FullArgs, parts: ControllerParts): DeploymentSpec {
    const matchLabels = { "mysqlnfs/controller": args.name };
    return {
        replicas: args.controller.pods,
        // The old Pod serves until a new one is ready; the Lease says which of them acts.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels },
        template: {
            metadata: {
                // Not the label of MySQL's Pods: Services, the StatefulSet and the controller know those by it.
                labels: {
                    ...args.labels,
                    "app.kubernetes.io/name": "mysql-controller",
                    "app.kubernetes.io/instance": args.name,
                    ...matchLabels,
                },
            },
            spec: withPodDefaults(controllerPodSpec(args, parts), {
                restricted: true,
                spread: { antiAffinity: "preferred", topologyKeys: [] },
                matchLabels,
            }),
        },
    };
}

function controllerPodSpec(args: FullArgs, parts: ControllerParts): PodSpec {
    return {
        serviceAccountName: parts.serviceAccountName,
        // It talks to the API server, which MySQL's Pods don't.
        automountServiceAccountToken: true,
        imagePullSecrets: unlessEmpty(args.imagePullSecrets.map((name) => ({ name }))),
        nodeSelector: unlessEmpty(args.nodeSelector),
        // Kubernetes would give a node 5 minutes to come back.
        tolerations: [
            ...["not-ready", "unreachable"].map((taint) => ({
                key: `node.kubernetes.io/${taint}`,
                operator: "Exists",
                effect: "NoExecute",
                tolerationSeconds: 30,
            })),
            ...args.tolerations,
        ],
        securityContext: { runAsUser: nodeUser, runAsGroup: nodeUser, fsGroup: nodeUser },
        containers: [
            {
                name: "controller",
                image: args.controller.image,
                command: [...controllerCommand],
                resources: args.controller.resources,
                env: [
                    { name: "CONTROLLER_SETTINGS", value: controllerSettings(args) },
                    fromField("POD_NAME", "metadata.name"),
                    fromField("POD_NAMESPACE", "metadata.namespace"),
                ],
                ports: [{ name: "http", containerPort: healthPort }],
                readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
                livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
                volumeMounts: [
                    { name: "bundle", mountPath: controllerDirectory, readOnly: true },
                    {
                        name: "internal-credentials",
                        mountPath: paths.internalCredentials,
                        readOnly: true,
                    },
                ],
            },
        ],
        volumes: [
            { name: "bundle", configMap: { name: parts.bundleName } },
            {
                name: "internal-credentials",
                secret: {
                    secretName: parts.internalCredentialsName,
                    defaultMode: 0o440,
                    items: ["controller-password", "replication-password"].map((key) => ({
                        key,
                        path: key,
                    })),
                },
            },
        ],
    };
}

const probe = { httpGet: { path: "/healthz", port: "http" }, timeoutSeconds: 5 };

function fromField(name: string, fieldPath: string): k8s.types.input.core.v1.EnvVar {
    return { name, valueFrom: { fieldRef: { fieldPath } } };
}
