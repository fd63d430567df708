import { count, parseGtidSet } from "../gtid";
import type { Labels, PodSeen, Wanted } from "../observation";
import type { Truth } from "../truth";

/** The parts of Kubernetes' objects that the controller reads, and how it reads them. */
export interface Metadata {
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: unknown;
    readonly labels?: Readonly<Record<string, string>>;
}

export interface PodObject {
    readonly metadata?: Metadata;
    readonly status?: {
        readonly podIP?: string;
        readonly conditions?: readonly { readonly type: string; readonly status: string }[];
        readonly initContainerStatuses?: readonly ContainerStatus[];
        readonly containerStatuses?: readonly ContainerStatus[];
    };
}

interface ContainerStatus {
    readonly image?: string;
    readonly state?: { readonly waiting?: { readonly reason?: string } };
}

export interface StatefulSetObject {
    readonly metadata?: Metadata;
    readonly status?: { readonly observedGeneration?: number; readonly updateRevision?: string };
}

export interface ConfigMapObject {
    readonly metadata?: Metadata;
    readonly data?: Readonly<Record<string, string>>;
}

export const labelNames = { role: "role", reads: "reads" } as const;

export function readLabels(labels: Readonly<Record<string, string>> = {}): Labels {
    const role = labels[labelNames.role];
    return {
        role: role === "primary" || role === "replica" ? role : undefined,
        reads: labels[labelNames.reads] === "true",
    };
}

/** As a merge patch has them: null takes one away. */
export function labelPatch({ role, reads }: Labels): Record<string, string | null> {
    return { [labelNames.role]: role ?? null, [labelNames.reads]: reads ? "true" : null };
}

export function readPod(
    pod: PodObject,
    statefulSet: StatefulSetObject | undefined,
): Omit<PodSeen, "readsForMs"> {
    return {
        uid: pod.metadata?.uid ?? "",
        ready: (pod.status?.conditions ?? []).some(
            ({ type, status }) => type === "Ready" && status === "True",
        ),
        deleting: pod.metadata?.deletionTimestamp !== undefined,
        outdated: isOutdated(pod, statefulSet),
        labels: readLabels(pod.metadata?.labels),
        ...waiting(pod),
    };
}

/** Of what passes by itself within moments nothing is told. */
function waiting({ status }: PodObject): Pick<PodSeen, "waitsFor"> {
    const { initContainerStatuses = [], containerStatuses = [] } = status ?? {};
    for (const { image = "", state } of [...initContainerStatuses, ...containerStatuses]) {
        const reason = state?.waiting?.reason ?? "";
        if (/BackOff|Err|Invalid/.test(reason)) {
            return { waitsFor: /Image/.test(reason) ? `${reason} ${image}` : reason };
        }
    }
    return {};
}

/** Nothing is outdated while the StatefulSet's status is about an older template. */
function isOutdated(pod: PodObject, statefulSet: StatefulSetObject | undefined): boolean {
    const { updateRevision, observedGeneration = 0 } = statefulSet?.status ?? {};
    return (
        updateRevision !== undefined &&
        observedGeneration >= (statefulSet?.metadata?.generation ?? 0) &&
        pod.metadata?.labels?.["controller-revision-hash"] !== updateRevision
    );
}

/** What the stack declares, and the token that it waits for. */
export interface Declared {
    readonly wanted: Wanted;
    readonly token: string;
    readonly settled: string;
    readonly answer: string;
}

export function readDeclared({ data = {} }: ConfigMapObject): Declared {
    const pods = Number(data["pods"]);
    if (!Number.isInteger(pods) || pods < 1) {
        throw new Error(`the number of Pods is declared as ${JSON.stringify(data["pods"])}`);
    }
    const { primary, request } = data;
    return {
        wanted: {
            pods,
            ...(primary === undefined || request === undefined
                ? {}
                : { primary: { pod: primary, request } }),
        },
        token: data["wanted"] ?? "",
        settled: data["settled"] ?? "",
        answer: data["answer"] ?? "",
    };
}

/** Undefined where nothing was ever decided. A truth that can't be read is an error: it must not be taken for none. */
export function readTruth({ data = {} }: ConfigMapObject): Truth | undefined {
    const text = data["truth"];
    return text === undefined ? undefined : (JSON.parse(text) as Truth);
}

/** The truth for the controller, and what `prepare` has to know of it as files of its own. */
export function truthData(
    truth: Truth,
    { data = {} }: ConfigMapObject,
): Record<string, string | null> {
    const obsolete = Object.keys(data).filter((key) => /^(rebuild|errant)-/.test(key));
    const rebuilds = truth.rebuilds.flatMap(({ pod, uuid, errant }): [string, string][] => [
        [`rebuild-${pod}`, uuid],
        ...(errant === undefined ? [] : [errantEntry(pod, errant)]),
    ]);
    return {
        ...Object.fromEntries(obsolete.map((key): [string, null] => [key, null])),
        ...Object.fromEntries(rebuilds),
        truth: JSON.stringify(truth),
        "data-exists": "true",
    };
}

function errantEntry(pod: string, errant: string): [string, string] {
    return [`errant-${pod}`, `${count(parseGtidSet(errant))} ${errant}`];
}
