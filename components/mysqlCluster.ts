import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { refuseChanges, withGuard } from "./declared";
import * as k8s from "./kubernetes";
import type { MysqlClusterArgs } from "./mysql/args";
import { controllerNames } from "./mysql/controllerSpecs";
import type { PrimaryRequest } from "./mysql/declaredState";
import { assertAnswered, declaredData, untilSettled } from "./mysql/declaredState";
import { renderMyCnf } from "./mysql/myCnf";
import { credentialsOf, internalCredentials } from "./mysql/passwords";
import { port } from "./mysql/paths";
import { podSpec } from "./mysql/podTemplate";
import { mysqlProblems } from "./mysql/problems";
import { loneReadsWarning } from "./mysql/roleProblems";
import { scripts } from "./mysql/scripts";
import { declaredRollout, judgeRollout } from "./mysql/rollout";
import { withDefaults } from "./mysql/withDefaults";
import { MysqlController } from "./mysqlController";
import { assertNoProblems } from "./problem";
import { labels as serviceLabels, selectorLabels } from "./stateful/specs";
import { StatefulService } from "./statefulService";

export type {
    ControllerArgs,
    MysqlClusterArgs,
    MysqldSetting,
    ReadsFromPrimary,
} from "./mysql/args";

/**
 * A MySQL primary with read replicas: one StatefulSet, a controller that decides which of its Pods is the primary, a
 * Service that reaches the primary and one that reaches the replicas that are fit for reads.
 *
 * The data outlives Pods, scaling in and `pulumi destroy`. A Pod without data copies a peer and never starts
 * empty once the cluster has held data.
 */
export class MysqlCluster extends pulumi.ComponentResource {
    /** Always names the primary: where to write. */
    readonly primaryDnsName: pulumi.Output<string>;
    /** `host:port` of the primary. */
    readonly primaryEndpoint: pulumi.Output<string>;
    /** `host:port` where to read: every replica whose data is fresh enough. */
    readonly readEndpoint: pulumi.Output<string>;
    /** One stable name a Pod, in their order. */
    readonly podDnsNames: pulumi.Output<string[]>;
    readonly port: pulumi.Output<number>;
    /** Secret with `root-password` and `password`; applications may mount it. */
    readonly credentialsSecretName: pulumi.Output<string>;
    readonly databaseName: pulumi.Output<string>;
    readonly userName: pulumi.Output<string>;
    readonly password: pulumi.Output<string>;
    readonly rootPassword: pulumi.Output<string>;

    constructor(name: string, args: MysqlClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        assertNoProblems(`MysqlCluster ${name}`, mysqlProblems(args));
        const full = withDefaults(args);
        const nameOf = full.nameOf ?? same;
        super(
            "mysqlnfs:index:MysqlCluster",
            name,
            { declared: JSON.stringify(declaredRollout(full)) },
            withGuard(
                opts,
                refuseChanges(`MysqlCluster ${name}: rollout`, judgeRollout(nameOf), nameOf),
            ),
        );
        const labels = { ...full.labels, "app.kubernetes.io/name": "mysql" };
        const ownLabels = selectorLabels(full);
        const metadata = {
            namespace: full.namespace,
            labels: serviceLabels({ name: full.name, labels }),
        };
        const parent = { parent: this };
        const warning = loneReadsWarning(full, nameOf);
        if (warning !== undefined) {
            void pulumi.log.warn(warning, this);
        }

        const place = { name, metadata, parent: this };
        const credentials = credentialsOf(place, { ...full, nameOf });
        const internal = internalCredentials(place);
        const config = new k8s.core.v1.ConfigMap(
            `${name}-config`,
            {
                metadata,
                data: {
                    "my.cnf": renderMyCnf(full),
                },
            },
            parent,
        );
        const scriptFiles = new k8s.core.v1.ConfigMap(
            `${name}-scripts`,
            { metadata, data: scripts() },
            parent,
        );
        const account = new k8s.core.v1.ServiceAccount(
            name,
            { metadata, automountServiceAccountToken: false },
            parent,
        );

        const primary = this.serviceFor(name, "primary", metadata, full.name, {
            ...ownLabels,
            role: "primary",
        });

        new MysqlController(
            `${name}-controller`,
            { cluster: full, metadata, internalCredentialsName: internal.metadata.name },
            parent,
        );

        // A Service isn't adopted: where another stack has a cluster of this name, all ends before anything of
        // that one is taken over.
        const adopted = { parent: this, provider: full.adoptingProvider, dependsOn: [primary] };
        const names = controllerNames(full);
        const topology = new k8s.core.v1.ConfigMap(
            `${name}-topology`,
            // The controller writes its data: which server is the primary, that there is data to be copied.
            { metadata: { ...metadata, name: names.topology } },
            {
                ...adopted,
                // It outlives the stack as the claims do.
                retainOnDelete: true,
                ignoreChanges: ["data"],
            },
        );
        const data = declaredData(full.pods, this.primaryRequest(name, full));
        const timeout = `${full.readyTimeoutMinutes}m`;
        const declared = new k8s.core.v1.ConfigMap(
            `${name}-declared`,
            {
                metadata: {
                    ...metadata,
                    name: names.declared,
                    // Until the switchover is over, and Pods that are to go are of no use to the cluster.
                    annotations: { "pulumi.com/waitFor": untilSettled(data.wanted) },
                },
                data,
            },
            // It changes in place, which the other ConfigMaps don't.
            { ...adopted, customTimeouts: { create: timeout, update: timeout } },
        );
        const settled = declared.data.apply((answered) => {
            assertAnswered(answered, full.primary, nameOf);
            return declared;
        });

        const volumeName = "data";
        const service = new StatefulService(
            name,
            {
                namespace: full.namespace,
                name: full.name,
                replicas: full.pods,
                labels,
                ports: [{ name: "mysql", port }],
                claims: [
                    {
                        name: volumeName,
                        storageClassName: full.storageClassName,
                        size: full.storageSize,
                        accessModes: [full.accessMode],
                        expandable: full.storageExpandable,
                    },
                ],
                podAnnotations: credentials.podAnnotations,
                podSpec: podSpec(full, {
                    serviceAccountName: account.metadata.name,
                    configName: config.metadata.name,
                    scriptsName: scriptFiles.metadata.name,
                    credentialsName: credentials.secretName,
                    internalCredentialsName: internal.metadata.name,
                    topologyName: names.topology,
                    declaredName: names.declared,
                    volumeName,
                }),
                // The controller deletes the Pods: replicas first, then it switches over, then the old primary.
                updateStrategy: { type: "OnDelete", waitForUpdate: true },
                spread: { antiAffinity: full.antiAffinity, topologyKeys: full.topologySpread },
                podDisruptionBudget: { maxUnavailable: 1 },
                clusterDomain: full.clusterDomain,
                // Pods can read both when they start, and go only when they may.
                startAfter: [topology, settled],
                readyTimeoutMinutes: full.readyTimeoutMinutes,
                notReadyHint:
                    "If an image can't be pulled, correct it " +
                    `(${nameOf("image")} = ${JSON.stringify(full.image)}). The servers that had not been ` +
                    "restarted yet serve on; `pulumi up` goes on from here",
                adoptingProvider: full.adoptingProvider,
                protect: full.protect,
                nameOf: (field) => nameOf(claimArguments[field] ?? field),
            },
            parent,
        );

        const read = this.serviceFor(name, "read", metadata, full.name, {
            ...ownLabels,
            reads: "true",
        });

        const hostOf = (each: k8s.core.v1.Service) =>
            pulumi.interpolate`${each.metadata.name}.${full.namespace}.svc.${full.clusterDomain}`;
        this.primaryDnsName = hostOf(primary);
        this.primaryEndpoint = pulumi.interpolate`${this.primaryDnsName}:${port}`;
        this.readEndpoint = pulumi.interpolate`${hostOf(read)}:${port}`;
        this.podDnsNames = service.podDnsNames;
        this.port = pulumi.output(port);
        this.credentialsSecretName = credentials.secretName;
        this.databaseName = pulumi.output(full.databaseName);
        this.userName = pulumi.output(full.userName);
        this.password = credentials.password;
        this.rootPassword = credentials.rootPassword;
        this.registerOutputs({
            primaryDnsName: this.primaryDnsName,
            primaryEndpoint: this.primaryEndpoint,
            readEndpoint: this.readEndpoint,
            podDnsNames: this.podDnsNames,
            port: this.port,
            credentialsSecretName: this.credentialsSecretName,
            databaseName: this.databaseName,
            userName: this.userName,
            password: this.password,
            rootPassword: this.rootPassword,
        });
    }

    /** Another value each time the argument is set, changed, or set again, so that each is one switchover. */
    private primaryRequest(
        name: string,
        { name: clusterName, primary }: { name: string; primary?: number },
    ): PrimaryRequest | undefined {
        if (primary === undefined) {
            return undefined;
        }
        const pod = `${clusterName}-${primary}`;
        const request = new random.RandomId(
            `${name}-request`,
            { byteLength: 8, keepers: { primary: pod } },
            { parent: this },
        ).hex;
        return { pod, request };
    }

    private serviceFor(
        name: string,
        role: string,
        metadata: k8s.types.input.meta.v1.ObjectMeta,
        clusterName: string,
        selector: Record<string, string>,
    ): k8s.core.v1.Service {
        return new k8s.core.v1.Service(
            `${name}-${role}`,
            {
                metadata: {
                    ...metadata,
                    name: `${clusterName}-${role}`,
                    // The StatefulSet is waited for; waiting for its endpoints again takes 10 seconds more.
                    annotations: { "pulumi.com/skipAwait": "true" },
                },
                spec: {
                    type: "ClusterIP",
                    selector,
                    ports: [{ name: "mysql", port, targetPort: port }],
                },
            },
            { parent: this },
        );
    }
}

/** What a field of the claim is called here. */
const claimArguments: Readonly<Record<string, string>> = {
    "claims.data.size": "storageSize",
    "claims.data.storageClassName": "storageClassName",
    "claims.data.accessModes": "accessMode",
};

function same(field: string): string {
    return field;
}
