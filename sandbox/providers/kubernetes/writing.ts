// Sends an object to the cluster: creation with the retries that an eventually consistent cluster needs, and
// update by server-side apply.
import type { JsonObject } from "../plugin/json";
import { delay } from "./client";
import type { Cluster } from "./cluster";
import {
    explainConflict,
    explainExisting,
    isImmutableField,
    isNamespaceMissing,
    isNotFound,
    NoMatchError,
} from "./errors";
import { keepIgnored } from "./ignoring";
import { kindOf, nameOf, withMetadata } from "./objects";
import { CREATE_MANAGER, forcesConflicts, takeOverFields } from "./ownership";
import { uniqueName } from "../plugin/names";

const RETRIES = 5;

export interface WriteRequest {
    inputs: JsonObject;
    fieldManager: string;
    preview: boolean;
    /** Take fields from other managers whatever the annotations say. */
    patchForce: boolean;
    /** A Patch type: touches the fields it names and owns nothing else. */
    isPatch: boolean;
    onStatus(message: string): void;
}

async function createOnce(
    cluster: Cluster,
    request: WriteRequest & { upsert: boolean },
): Promise<JsonObject> {
    const { inputs, fieldManager, preview: dryRun } = request;
    if (!request.upsert && !request.isPatch) {
        return cluster.create(inputs, { fieldManager: CREATE_MANAGER, dryRun });
    }
    const force = forcesConflicts({ inputs, forceAll: request.patchForce, preview: dryRun });
    try {
        return await cluster.apply(inputs, { fieldManager, dryRun, force });
    } catch (error) {
        if (!dryRun || !isImmutableField(error)) throw explainConflict(error, fieldManager);
        // A replacement under the same name: what counts is whether the server would take the new object.
        const renamed = withMetadata(inputs, { name: uniqueName(`${nameOf(inputs)}-`) });
        return cluster.apply(renamed, { fieldManager, dryRun, force });
    }
}

/** Creates; what an earlier object has to make possible first (a namespace, a definition) gets half a minute. */
export async function createObject(
    cluster: Cluster,
    request: WriteRequest & { upsert: boolean; signal: AbortSignal },
): Promise<JsonObject> {
    for (let attempt = 0; ; attempt++) {
        try {
            return await createOnce(cluster, request);
        } catch (error) {
            const early = isNotFound(error) || error instanceof NoMatchError;
            const hopeless = request.preview && isNamespaceMissing(error);
            if (!early || hopeless || attempt === RETRIES || request.signal.aborted) {
                throw explainExisting(error);
            }
            request.onStatus(`Retry #${attempt}; creation failed: ${error.message}`);
            await delay(1_000 * 2 ** attempt);
        }
    }
}

export async function updateObject(
    cluster: Cluster,
    found: JsonObject,
    request: WriteRequest & { ignoreChanges: string[] },
): Promise<JsonObject> {
    const { fieldManager, preview: dryRun } = request;
    if (kindOf(request.inputs).kind === "CustomResourceDefinition") {
        const version = (found["metadata"] as JsonObject)["resourceVersion"] ?? null;
        const definition = withMetadata(request.inputs, { resourceVersion: version });
        return cluster.replace(definition, { fieldManager, dryRun });
    }
    const keepsOwners = dryRun || request.isPatch;
    const live = keepsOwners ? found : await takeOverFields(cluster, found, fieldManager);
    const inputs = keepIgnored(request.inputs, live, request.ignoreChanges, fieldManager);
    const force = forcesConflicts({ inputs, live, forceAll: request.patchForce, preview: dryRun });
    try {
        return await cluster.apply(inputs, { fieldManager, dryRun, force });
    } catch (error) {
        throw explainConflict(error, fieldManager);
    }
}
