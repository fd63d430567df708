// The verbs on objects that the provider needs, over paths that discovery knows.
import { objectsAt, textAt, type Json, type JsonObject } from "../plugin/json";
import type { ApiClient, Query } from "./client";
import type { Discovery } from "./discovery";
import { kindOf, nameOf, namespaceOf, type Identity, type Kind } from "./objects";

export interface WriteOptions {
    fieldManager: string;
    dryRun: boolean;
}

function writeQuery({ fieldManager, dryRun }: WriteOptions): Query {
    return { fieldManager, ...(dryRun ? { dryRun: "All" } : {}) };
}

function identityOf(object: JsonObject): Identity {
    return { namespace: namespaceOf(object), name: nameOf(object) };
}

export class Cluster {
    constructor(
        readonly client: ApiClient,
        readonly discovery: Discovery,
    ) {}

    async get(kind: Kind, identity: Identity): Promise<JsonObject> {
        const path = await this.discovery.objectPath(kind, identity);
        return this.client.request({ method: "GET", path });
    }

    async list(kind: Kind, namespace: string, query: Query): Promise<JsonObject[]> {
        const path = await this.discovery.collectionPath(kind, namespace);
        const items = objectsAt(await this.client.request({ method: "GET", path, query }), "items");
        // Items of a list come without their kind.
        return items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
    }

    /** Fails if the object exists. */
    async create(object: JsonObject, options: WriteOptions): Promise<JsonObject> {
        const path = await this.discovery.collectionPath(kindOf(object), namespaceOf(object));
        return this.client.request({
            method: "POST",
            path,
            query: writeQuery(options),
            body: object,
        });
    }

    /** Server-side apply: creates the object or takes over the fields that it names. */
    async apply(
        object: JsonObject,
        options: WriteOptions & { force: boolean },
    ): Promise<JsonObject> {
        const path = await this.discovery.objectPath(kindOf(object), identityOf(object));
        return this.client.request({
            method: "PATCH",
            path,
            query: { ...writeQuery(options), force: String(options.force) },
            body: object,
            // JSON is YAML.
            contentType: "application/apply-patch+yaml",
        });
    }

    async replace(object: JsonObject, options: WriteOptions): Promise<JsonObject> {
        const path = await this.discovery.objectPath(kindOf(object), identityOf(object));
        return this.client.request({
            method: "PUT",
            path,
            query: writeQuery(options),
            body: object,
        });
    }

    async jsonPatch(object: JsonObject, operations: Json[]): Promise<JsonObject> {
        const path = await this.discovery.objectPath(kindOf(object), identityOf(object));
        return this.client.request({
            method: "PATCH",
            path,
            body: operations,
            contentType: "application/json-patch+json",
        });
    }

    /** True if the object is gone already; false if it still has to be waited for. */
    async delete(kind: Kind, identity: Identity, propagationPolicy: string): Promise<boolean> {
        const path = await this.discovery.objectPath(kind, identity);
        const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy };
        // The answer is the object while it is on its way out, and a mere status once it is gone.
        const answer = await this.client.request({ method: "DELETE", path, body });
        return textAt(answer, "kind") === "Status";
    }

    /** The Warning events about an object, newest last, as `Reason: message`. */
    async warnings(object: JsonObject): Promise<string[]> {
        const events = await this.list({ apiVersion: "v1", kind: "Event" }, namespaceOf(object), {
            fieldSelector: `involvedObject.uid=${textAt(object, "metadata", "uid")},type=Warning`,
            limit: "100",
        });
        return events.map((event) => `${textAt(event, "reason")}: ${textAt(event, "message")}`);
    }
}
