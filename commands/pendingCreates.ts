import type { Deployment } from "@pulumi/pulumi/automation";

type Fields = Record<string, unknown>;

export interface Settled {
    readonly deployment: Deployment;
    /** The objects in question, as "Kind name". */
    readonly names: string[];
}

/**
 * A killed run leaves "creating" operations in the state: the object may be there or not. Turns each
 * Kubernetes one into an ordinary record with the id the object has if it exists, so that the
 * refresh which has to follow fills the record in, or drops it. Others hold nothing outside the state and
 * are dropped. Undefined when there is nothing to settle.
 */
export function settlePendingCreates(exported: Deployment): Settled | undefined {
    const deployment = fieldsOf(exported.deployment);
    const pending = listOf(deployment["pending_operations"]);
    const creates = pending.filter((operation) => operation["type"] === "creating");
    if (creates.length === 0) {
        return undefined;
    }
    const resources = listOf(deployment["resources"]);
    const recorded = new Set(resources.map((resource) => resource["urn"]));
    const names: string[] = [];
    const adopted: Fields[] = [];
    for (const { resource } of creates) {
        const record = fieldsOf(resource);
        const id = kubernetesId(record);
        names.push(describe(record));
        if (id !== undefined && !recorded.has(record["urn"])) {
            adopted.push({ ...record, id });
        }
    }
    return {
        names,
        deployment: {
            ...exported,
            deployment: {
                ...deployment,
                resources: [...resources, ...adopted],
                pending_operations: pending.filter((operation) => !creates.includes(operation)),
            },
        },
    };
}

function kubernetesId(resource: Fields): string | undefined {
    if (!String(resource["type"]).startsWith("kubernetes:")) {
        return undefined;
    }
    const metadata = fieldsOf(fieldsOf(resource["inputs"])["metadata"]);
    const { name, namespace } = metadata;
    if (typeof name !== "string") {
        return undefined;
    }
    return typeof namespace === "string" ? `${namespace}/${name}` : name;
}

function describe(resource: Fields): string {
    const urn = String(resource["urn"]);
    const kind = String(resource["type"]).split(":").at(-1) ?? "";
    return `${kind} ${urn.slice(urn.lastIndexOf("::") + 2)}`;
}

function listOf(value: unknown): Fields[] {
    return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
    return typeof value === "object" && value !== null ? (value as Fields) : {};
}
