import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "../kubernetes";
import { unlessEmpty } from "../unlessEmpty";
import type { Spread } from "./args";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;
type Affinity = k8s.types.input.core.v1.Affinity;
type PodSecurity = k8s.types.input.core.v1.PodSecurityContext;
type ContainerSecurity = k8s.types.input.core.v1.SecurityContext;

export interface PodDefaults {
    restricted: boolean;
    spread: Spread | undefined;
    /** What the Pods know their like by. */
    matchLabels: Record<string, string>;
}

/** The spec with what it doesn't say itself: each default gives way to the same field of the spec. */
export function withPodDefaults(
    spec: pulumi.Input<PodSpec>,
    defaults: PodDefaults,
): pulumi.Input<PodSpec> {
    // An output as a whole is taken apart only as far as needed: all of it is unknown when a part is.
    return isLater(spec)
        ? pulumi.output(spec).apply((known) => complete(known, defaults))
        : complete(spec, defaults);
}

function complete(spec: PodSpec, { restricted, spread, matchLabels }: PodDefaults): PodSpec {
    const spreading = {
        affinity: withAntiAffinity(spec.affinity, spread?.antiAffinity ?? "none", matchLabels),
        topologySpreadConstraints:
            spec.topologySpreadConstraints ?? topologySpread(spread, matchLabels),
    };
    if (!restricted) {
        return { ...spec, ...spreading };
    }
    return {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        ...spec,
        ...spreading,
        securityContext: restrictedPod(spec.securityContext),
        initContainers: spec.initContainers && restrictedContainers(spec.initContainers),
        containers: restrictedContainers(spec.containers),
    };
}

function restrictedPod(own: PodSpec["securityContext"]): PodSpec["securityContext"] {
    const over = (known: PodSecurity = {}): PodSecurity => ({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
        ...known,
    });
    return isLater(own) ? pulumi.output(own).apply(over) : over(own);
}

function restrictedContainers(
    containers: NonNullable<PodSpec["initContainers"]>,
): PodSpec["containers"] {
    const each = (container: pulumi.Input<Container>) =>
        isLater(container)
            ? pulumi.output(container).apply(restrictedContainer)
            : restrictedContainer(container);
    return isLater(containers)
        ? pulumi.output(containers).apply((known = []) => known.map(restrictedContainer))
        : containers.map(each);
}

function restrictedContainer(container: Container): Container {
    const own = container.securityContext;
    const over = (known: ContainerSecurity = {}): ContainerSecurity => ({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
        ...known,
    });
    return {
        ...container,
        securityContext: isLater(own) ? pulumi.output(own).apply(over) : over(own),
    };
}

function withAntiAffinity(
    own: PodSpec["affinity"],
    antiAffinity: NonNullable<Spread["antiAffinity"]>,
    matchLabels: Record<string, string>,
): PodSpec["affinity"] {
    const podAntiAffinity = antiAffinityTerms(antiAffinity, matchLabels);
    if (podAntiAffinity === undefined) {
        return own;
    }
    const over = (known: Affinity = {}): Affinity => ({ podAntiAffinity, ...known });
    return isLater(own) ? pulumi.output(own).apply(over) : over(own);
}

function antiAffinityTerms(
    antiAffinity: NonNullable<Spread["antiAffinity"]>,
    matchLabels: Record<string, string>,
): k8s.types.input.core.v1.PodAntiAffinity | undefined {
    const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } };
    switch (antiAffinity) {
        case "required":
            return { requiredDuringSchedulingIgnoredDuringExecution: [term] };
        case "preferred":
            return {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    { weight: 100, podAffinityTerm: term },
                ],
            };
        case "none":
            return undefined;
    }
}

function topologySpread(
    {
        topologyKeys = ["kubernetes.io/hostname"],
        whenUnsatisfiable = "ScheduleAnyway",
    }: Spread = {},
    matchLabels: Record<string, string>,
): k8s.types.input.core.v1.TopologySpreadConstraint[] | undefined {
    return unlessEmpty(
        topologyKeys.map((topologyKey) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable,
            labelSelector: { matchLabels },
        })),
    );
}

function isLater<T>(value: pulumi.Input<T>): value is Promise<T> | pulumi.OutputInstance<T> {
    return value instanceof Promise || pulumi.Output.isInstance(value);
}
