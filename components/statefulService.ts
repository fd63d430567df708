import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { declaredAnnotation, refuseChanges, withGuard } from "./declared";
import { assertNoProblems } from "./problem";
import type { StatefulServiceArgs } from "./stateful/args";
import { makeClaims } from "./stateful/claimResources";
import { declaredClaims, judgeClaimChange, ownsClaims } from "./stateful/claims";
import * as specs from "./stateful/specs";
import { statefulProblems } from "./stateful/problems";

export type { AccessMode, Claim, StatefulServiceArgs } from "./stateful/args";

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

        const claimsGuard = refuseChanges(
            `StatefulService ${name}: claims`,
            judgeClaimChange(ownsClaims(args)),
            args.nameOf,
        );
        const claims = ownsClaims(args) ? makeClaims(name, args, this, claimsGuard) : [];

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
                        [declaredAnnotation]: pulumi.jsonStringify(declaredClaims(args)),
                    },
                },
                spec: specs.statefulSetSpec(args),
            },
            {
                parent: this,
                protect: args.protect,
                // The name of the Service is given as text: as an output of the Service, a replacement
                // of that would be a reason to replace this.
                dependsOn: [service, ...claims],
                // Kubernetes can't change the templates of claims. Without this the provider would replace
                // the StatefulSet, all Pods at once; the hook refuses what should not be ignored in silence.
                ignoreChanges: ["spec.volumeClaimTemplates"],
                hooks: { beforeUpdate: [claimsGuard] },
                customTimeouts: { create: timeout, update: timeout, delete: timeout },
            },
        );

        const domain = args.clusterDomain ?? specs.statefulDefaults.clusterDomain;
        this.dnsName = pulumi.interpolate`${service.metadata.name}.${args.namespace}.svc.${domain}`;
        this.podDnsNames = this.dnsName.apply((dnsName) =>
            Array.from({ length: args.replicas }, (_, pod) => `${args.name}-${pod}.${dnsName}`),
        );
        this.registerOutputs({ dnsName: this.dnsName, podDnsNames: this.podDnsNames });
    }
}
