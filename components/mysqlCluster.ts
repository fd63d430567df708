import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { refuseChanges, withGuard } from "./declared";
import type { MysqlClusterArgs } from "./mysql/args";
import { readCredentials } from "./mysql/credentials";
import { renderMyCnf } from "./mysql/myCnf";
import { port } from "./mysql/paths";
import { podSpec } from "./mysql/podTemplate";
import { mysqlProblems } from "./mysql/problems";
import { scripts } from "./mysql/scripts";
import { declaredRollout, judgeRollout } from "./mysql/rollout";
import type { FullArgs } from "./mysql/withDefaults";
import { withDefaults } from "./mysql/withDefaults";
import { assertNoProblems } from "./problem";
import { labels as serviceLabels, selectorLabels } from "./stateful/specs";
import { StatefulService } from "./statefulService";

export type { MysqlClusterArgs, MysqldSetting } from "./mysql/args";

/** Passwords as outputs, and the Secret that holds them. */
interface Credentials {
    secretName: pulumi.Output<string>;
    rootPassword: pulumi.Output<string>;
    password: pulumi.Output<string>;
    /** Change when the passwords may have changed, and restart the Pods, which read them at their start. */
    podAnnotations?: Record<string, pulumi.Output<string>>;
}

/**
 * A MySQL primary with read replicas: one StatefulSet whose Pod 0 is the primary, a Service that reaches the primary
 * and one that reaches every Pod fit for reads.
 *
 * The data outlives Pods, scaling in and `pulumi destroy`. A Pod without data copies a peer and never starts
 * empty once the cluster has held data.
 */
export class MysqlCluster extends pulumi.ComponentResource {
    /** Always names the primary: where to write. */
    readonly primaryDnsName: pulumi.Output<string>;
    /** `host:port` of the primary. */
    readonly primaryEndpoint: pulumi.Output<string>;
    /** `host:port` where to read: every Pod whose data is fresh enough. */
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

        const credentials =
            full.existingSecretName === undefined
                ? this.generateCredentials(name, metadata)
                : this.existingCredentials(name, full.existingSecretName, full);
        const internalCredentials = new k8s.core.v1.Secret(
            `${name}-internal`,
            {
                metadata,
                stringData: {
                    "replication-password": this.generatePassword(`${name}-replication`),
                    "clone-password": this.generatePassword(`${name}-clone`),
                },
            },
            parent,
        );
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
            // Until the controller labels Pods by their roles, the program's word is that Pod 0 is the primary.
            "statefulset.kubernetes.io/pod-name": `${full.name}-0`,
        });

        const declaredName = `${full.name}-declared`;
        const declared = new k8s.core.v1.ConfigMap(
            `${name}-declared`,
            {
                metadata: { ...metadata, name: declaredName },
                data: { pods: String(full.pods) },
            },
            {
                parent: this,
                // It changes in place, which the other ConfigMaps don't.
                provider: full.adoptingProvider,
                // A Service isn't adopted: where another stack has a cluster of this name, all ends before
                // anything of that one is taken over.
                dependsOn: [primary],
            },
        );

        const topologyName = `${full.name}-topology`;
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
                    internalCredentialsName: internalCredentials.metadata.name,
                    topologyName,
                    declaredName,
                    volumeName,
                }),
                spread: { antiAffinity: full.antiAffinity, topologyKeys: full.topologySpread },
                podDisruptionBudget: { maxUnavailable: 1 },
                clusterDomain: full.clusterDomain,
                readyTimeoutMinutes: full.readyTimeoutMinutes,
                adoptingProvider: full.adoptingProvider,
                protect: full.protect,
                nameOf: (field) => nameOf(claimArguments[field] ?? field),
            },
            // By the time a Pod starts, it can read how many there are to be.
            { parent: this, dependsOn: [declared] },
        );

        // From here on a Pod without data, whichever it is, knows that there is data to be copied.
        new k8s.core.v1.ConfigMap(
            `${name}-topology`,
            {
                metadata: { ...metadata, name: topologyName },
                data: { "data-exists": "true" },
            },
            {
                parent: this,
                dependsOn: [service.statefulSet],
                provider: full.adoptingProvider,
                // It outlives the stack as the claims do.
                retainOnDelete: true,
                ignoreChanges: ["data"],
            },
        );

        const read = this.serviceFor(name, "read", metadata, full.name, ownLabels);

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

    /** As long as a password of replication can be, and strong enough for every policy of validate_password. */
    private generatePassword(name: string): pulumi.Output<string> {
        return new random.RandomPassword(
            name,
            {
                length: 32,
                minLower: 1,
                minUpper: 1,
                minNumeric: 1,
                minSpecial: 1,
                // They need no quoting, neither in SQL nor in option files, shells and URLs.
                overrideSpecial: "-_.",
            },
            { parent: this },
        ).result;
    }

    private generateCredentials(
        name: string,
        metadata: k8s.types.input.meta.v1.ObjectMeta,
    ): Credentials {
        const rootPassword = this.generatePassword(`${name}-root`);
        const password = this.generatePassword(`${name}-app`);
        const secret = new k8s.core.v1.Secret(
            `${name}-credentials`,
            { metadata, stringData: { "root-password": rootPassword, password } },
            { parent: this },
        );
        return { secretName: secret.metadata.name, rootPassword, password };
    }

    private existingCredentials(
        name: string,
        secretName: string,
        { namespace, nameOf = same }: FullArgs,
    ): Credentials {
        const secret = k8s.core.v1.Secret.get(
            // When there is no such Secret, this is what the error names.
            `${name}-${nameOf("existingSecretName")}`,
            pulumi.interpolate`${namespace}/${secretName}`,
            { parent: this },
        );
        const passwords = pulumi.secret(
            secret.data.apply((data) => readCredentials(secretName, data, nameOf)),
        );
        return {
            secretName: pulumi.output(secretName),
            rootPassword: passwords.rootPassword,
            password: passwords.password,
            // A digest of the passwords would tell something of them; this tells nothing.
            podAnnotations: { "mysqlnfs/credentials": secret.metadata.resourceVersion },
        };
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
