// What a preview shows of the objects that several changes touch.

export function pods(...paths: string[]): string {
    return `update StatefulSet mysql: ${paths.map((path) => `spec.template.spec.${path}`).join(" ")}`;
}

export function bothContainers(field: string): string {
    return pods(`containers[0].${field}`, `initContainers[0].${field}`);
}

export function controller(...paths: string[]): string {
    return `update Deployment mysql-controller: ${paths.map((path) => `spec.template.spec.${path}`).join(" ")}`;
}

/** Its settings are one environment variable. */
export const controllerSettings = controller("containers[0].env[0].value");

export const waitFor = 'metadata.annotations["pulumi.com/waitFor"]';

/** my.cnf is a ConfigMap of a new name each time, so Pods that weren't restarted yet keep the one they started with. */
export const myCnf = [
    'replace ConfigMap mysql-config: data["my.cnf"]',
    pods("volumes[0].configMap.name"),
] as const;

export function labelsEverywhere(label: string): string[] {
    const objects = [
        ...["ConfigMap mysql-config", "ConfigMap mysql-declared", "ConfigMap mysql-scripts"],
        ...["ConfigMap mysql-topology", "PodDisruptionBudget mysql", "Secret mysql-credentials"],
        ...["Secret mysql-internal", "Service mysql", "Service mysql-primary"],
        ...["Service mysql-read", "ServiceAccount mysql", "ConfigMap mysql-controller-bundle"],
        ...["Lease mysql-controller", "Role mysql-controller", "RoleBinding mysql-controller"],
        "ServiceAccount mysql-controller",
        ...[0, 1, 2].map((pod) => `PersistentVolumeClaim mysql-data-${pod}`),
    ];
    return [
        ...objects.map((object) => `update ${object}: metadata.labels.${label}`),
        ...["Deployment mysql-controller", "StatefulSet mysql"].map(
            (object) =>
                `update ${object}: metadata.labels.${label} spec.template.metadata.labels.${label}`,
        ),
    ];
}

/** The engine's word for what a stack gives up and leaves on the cluster is ours. */
export function podsBecome(number: number): string[] {
    const claims = [];
    for (let pod = 3; pod < number; pod++) {
        claims.push(`create PersistentVolumeClaim mysql-data-${pod}`);
    }
    for (let pod = number; pod < 3; pod++) {
        claims.push(`leave PersistentVolumeClaim mysql-data-${pod}`);
    }
    return [
        ...claims,
        `update ConfigMap mysql-declared: data.pods data.wanted ${waitFor}`,
        "update MysqlCluster mysql",
        `update StatefulSet mysql: ${waitFor} spec.replicas`,
    ];
}
