import * as pulumi from "@pulumi/pulumi";
import { declaredAnnotation, refuseChanges, withGuard } from "./declared";
import * as k8s from "./kubernetes";
import { assertNoProblems } from "./problem";
import type { StatefulServiceArgs } from "./stateful/args";
import { makeClaims } from "./stateful/claimResources";
import { declaredClaims, judgeClaimChange, ownsClaims } from "./stateful/claims";
import { explainNotReady } from "./stateful/notReady";
import {
    declaredPolicy,
    droppedWarning,
    judgePolicyChange,
    waitForAnnotation,
} from "./stateful/rollout";
import * as specs from "./stateful/specs";
import { refuseStuckUpdate } from "./stateful/stuck";
import { statefulProblems } from "./stateful/problems";

export type {
    AccessMode,
    Claim,
    ClaimRetention,
    ClientService,
    PodDisruptionBudget,
    ServicePort,
    Spread,
    StatefulServiceArgs,
    UpdateStrategy,
} from "./stateful/args";

/**
 * Pods with a name and, if asked for, volumes of their own: a headless Service and a StatefulSet.
 *
 * The claims outlive Pods, scaling in, this component and the stack: data goes only when someone deletes the
 * claims by hand.
 */
export class StatefulService extends pulumi.ComponentResource {
    /** Names every Pod: `<name>.<namespace>.svc.<cluster domain>`. */
    readonly dnsName: pulumi.Output<string>;
    /** One stable name a Pod, in their order. */
    readonly podDnsNames: pulumi.Output<string[]>;
    /** Reaches any Pod that is ready; undefined without a `clientService`. */
    readonly clientDnsName: pulumi.Output<string> | undefined;
    readonly statefulSet: k8s.apps.v1.StatefulSet;

    constructor(name: string, args: StatefulServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        assertNoProblems(`StatefulService ${name}`, statefulProblems(args));
        const identity = pulumi.jsonStringify({ namespace: args.namespace, name: args.name });
        super(
            "mysqlnfs:index:StatefulService",
            name,
            { declared: identity },
            // A StatefulSet of another name is another one: no hook of its own sees the change.
            withGuard(
                opts,
                refuseChanges(
                    `StatefulService ${name}: identity`,
                    specs.judgeIdentityChange,
                    args.nameOf,
                ),
            ),
        );
        const labels = specs.labels(args);

        const service = new k8s.core.v1.Service(
            name,
            {
                metadata: {
                    namespace: args.namespace,
                    name: args.name,
                    labels,
                    // It would wait for ready Pods, and the Pods are made after it.
                    annotations: { "pulumi.com/skipAwait": "true" },
                },
                spec: specs.headlessServiceSpec(args),
            },
            { parent: this },
        );

        const judgeClaim = judgeClaimChange(ownsClaims(args));
        const claimsGuard = refuseChanges(
            `StatefulService ${name}: claims`,
            (change, ...others) =>
                (change.field === "podManagementPolicy" ? judgePolicyChange : judgeClaim)(
                    change,
                    ...others,
                ),
            args.nameOf,
        );
        const claims = ownsClaims(args) ? makeClaims(name, args, this, claimsGuard, service) : [];

        const budget = specs.disruptionBudgetSpec(args);
        if (budget !== undefined) {
            new k8s.policy.v1.PodDisruptionBudget(
                name,
                { metadata: { namespace: args.namespace, labels }, spec: budget },
                { parent: this },
            );
        }

        const waitFor = waitForAnnotation(args);
        const isOrdered = args.podManagementPolicy === "OrderedReady";
        const timeout = `${args.readyTimeoutMinutes ?? specs.statefulDefaults.readyTimeoutMinutes}m`;
        this.statefulSet = new k8s.apps.v1.StatefulSet(
            name,
            {
                metadata: {
                    namespace: args.namespace,
                    // A new name would start with new, empty claims.
                    name: args.name,
                    labels,
                    annotations: {
                        [declaredAnnotation]: pulumi.jsonStringify(
                            declaredClaims(args).apply((declared) => ({
                                ...declared,
                                ...declaredPolicy(args),
                            })),
                        ),
                        ...(waitFor === undefined ? {} : { "pulumi.com/waitFor": waitFor }),
                    },
                },
                spec: specs.statefulSetSpec(args),
            },
            {
                parent: this,
                protect: args.protect,
                // The name of the Service is given as text: as an output of the Service, a replacement
                // of that would be a reason to replace this.
                dependsOn: [service, ...claims, ...(args.startAfter ?? [])],
                // Kubernetes can't change these. Without this the provider would replace the StatefulSet, all
                // Pods at once; the hook refuses what should not be ignored in silence.
                ignoreChanges: ["spec.volumeClaimTemplates", "spec.podManagementPolicy"],
                hooks: {
                    beforeUpdate: [claimsGuard, ...(isOrdered ? [refuseStuckUpdate(name)] : [])],
                    onError: waitFor === undefined ? [] : [explainNotReady(name, args)],
                },
                customTimeouts: { create: timeout, update: timeout, delete: timeout },
            },
        );

        this.statefulSet.spec.updateStrategy.apply((kept) => {
            const warning = droppedWarning(args.updateStrategy, kept);
            if (warning !== undefined) {
                void pulumi.log.warn(warning, this.statefulSet);
            }
        });

        const domain = args.clusterDomain ?? specs.statefulDefaults.clusterDomain;
        const dnsNameOf = (each: k8s.core.v1.Service) =>
            pulumi.interpolate`${each.metadata.name}.${args.namespace}.svc.${domain}`;
        const clientService = this.clientService(name, args);
        this.dnsName = dnsNameOf(service);
        this.clientDnsName = clientService && dnsNameOf(clientService);
        this.podDnsNames = this.dnsName.apply((dnsName) =>
            specs.podNames(args).map((pod) => `${pod}.${dnsName}`),
        );
        this.registerOutputs({
            dnsName: this.dnsName,
            podDnsNames: this.podDnsNames,
            clientDnsName: this.clientDnsName,
        });
    }

    private clientService(
        name: string,
        args: StatefulServiceArgs,
    ): k8s.core.v1.Service | undefined {
        const spec = specs.clientServiceSpec(args);
        const annotations = {
            ...args.clientService?.annotations,
            // The StatefulSet is waited for; waiting for its endpoints again takes 10 seconds more.
            ...(spec?.type === "LoadBalancer" ? {} : { "pulumi.com/skipAwait": "true" }),
        };
        return (
            spec &&
            new k8s.core.v1.Service(
                `${name}-client`,
                {
                    metadata: {
                        namespace: args.namespace,
                        name: specs.clientServiceName(args),
                        labels: specs.labels(args),
                        annotations,
                    },
                    spec,
                },
                // A load balancer's address is waited for, and that only comes to Pods that are there.
                { parent: this, dependsOn: spec.type === "LoadBalancer" ? [this.statefulSet] : [] },
            )
        );
    }
}
