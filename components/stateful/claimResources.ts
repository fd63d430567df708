import * as pulumi from "@pulumi/pulumi";
import { declaredAnnotation } from "../declared";
import type { StatefulServiceArgs } from "./args";
import * as claims from "./claims";
import { labels } from "./specs";
import * as k8s from "../kubernetes";

/**
 * Each Pod's claims as resources of the stack, made before the Pods. They outlive it: scaled in or destroyed, it
 * forgets them, and scaled out or brought up again it takes them over.
 *
 * @param guard refuses, before any claim is touched, what can't be done to volumes that exist
 * @param service bears the name that the claims are called by
 */
export function makeClaims(
    name: string,
    args: StatefulServiceArgs,
    parent: pulumi.Resource,
    guard: pulumi.ResourceHook,
    service: k8s.core.v1.Service,
): k8s.core.v1.PersistentVolumeClaim[] {
    const declared = pulumi.jsonStringify(claims.declaredClaims(args));
    const made: k8s.core.v1.PersistentVolumeClaim[] = [];
    for (const { claim, pod, name: claimName } of claims.podClaims(args)) {
        made.push(
            new k8s.core.v1.PersistentVolumeClaim(
                `${name}-${claim.name}-${pod}`,
                {
                    metadata: {
                        namespace: args.namespace,
                        name: claimName,
                        labels: labels(args),
                        annotations: {
                            [declaredAnnotation]: declared,
                            // A class may bind a volume only when its Pod comes, and the Pods come later.
                            "pulumi.com/skipAwait": "true",
                        },
                    },
                    spec: claims.claimSpec(claim),
                },
                {
                    parent,
                    provider: args.adoptingProvider,
                    // A Service isn't adopted: where another stack has a service of this name, all ends before
                    // its claims are taken over. And what the guard refuses, it refuses once: the others wait
                    // for the first.
                    dependsOn: [service, ...made.slice(0, 1)],
                    retainOnDelete: true,
                    // Kubernetes can't change these. Without this the provider would replace the claim, and
                    // its data be gone.
                    ignoreChanges: ["spec.storageClassName", "spec.accessModes"],
                    hooks: { beforeUpdate: [guard] },
                },
            ),
        );
    }
    return made;
}
