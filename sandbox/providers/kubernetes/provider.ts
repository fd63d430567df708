// The kubernetes plugin: the life of a resource, in the words of the engine.
import type { JsonObject } from "../plugin/json";
import type { Engine } from "../plugin/engine";
import type {
    CheckRequest,
    CheckResult,
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    DiffResult,
    Provider,
    ReadRequest,
    ReadResult,
    UpdateRequest,
} from "../plugin/provider";
import { revealObject } from "../plugin/values";
import { readinessRule, timeoutSeconds } from "./await";
import { makeCheckpoint, parseCheckpoint } from "./checkpoint";
import { checkInputs, isPatchType } from "./checking";
import type { Cluster } from "./cluster";
import { diffSettings, readSettings, type Settings } from "./configuration";
import { connect, type Target } from "./connecting";
import { deleteObject } from "./deleting";
import { diffObject } from "./diffing";
import { isForbidden, NoMatchError } from "./errors";
import {
    creationError,
    initializationFailure,
    isHarmlessAtPreview,
    REMOVE_HELP,
    updateError,
} from "./failures";
import { normalizeInputs } from "./normalize";
import {
    hasUnknowns,
    idOf,
    kindOf,
    knownScope,
    nameOf,
    namespaceOf,
    withoutStatus,
    type Kind,
} from "./objects";
import { fieldManagerName } from "./ownership";
import { readObject } from "./reading";
import { waitUntilReady, type WaitOptions } from "./waiting";
import { createObject, updateObject, type WriteRequest } from "./writing";

/** The version whose behaviour this plugin follows. */
export const VERSION = "4.34.2";

export class KubernetesProvider implements Provider {
    readonly version = VERSION;
    readonly supportsPreview = true;
    private readonly cancelled = new AbortController();
    private settings: Settings = readSettings(new Map(), {});
    private target: Target = {
        defaultNamespace: "default",
        unreachable: () => Promise.resolve("the provider is not configured"),
    };

    constructor(private readonly engine: Engine) {}

    configure(variables: ReadonlyMap<string, string>): Promise<void> {
        this.settings = readSettings(variables, process.env);
        this.target = connect(this.settings, process.env);
        return Promise.resolve();
    }

    diffConfig(olds: JsonObject, news: JsonObject): DiffResult {
        return diffSettings(olds, news);
    }

    cancel(): void {
        this.cancelled.abort();
    }

    async check(request: CheckRequest): Promise<CheckResult> {
        return checkInputs(request, {
            defaultNamespace: this.target.defaultNamespace,
            isNamespaced: (kind) => this.isNamespaced(kind),
        });
    }

    async diff(request: DiffRequest): Promise<DiffResult> {
        const { configMapsMutable, secretsMutable } = this.settings;
        return diffObject(request, {
            namespaced: await this.isNamespaced(kindOf(revealObject(request.news))),
            mutability: { configMaps: configMapsMutable, secrets: secretsMutable },
        });
    }

    async create(request: CreateRequest): Promise<{ id: string; state: JsonObject }> {
        const { urn, preview } = request;
        const inputs = revealObject(request.inputs);
        const cluster = await this.reachable();
        const asGiven = { id: "", state: request.inputs };
        if (preview && (isPatchType(urn, inputs) || !(await canPreview(cluster, inputs)))) {
            return asGiven;
        }

        const fieldManager = fieldManagerName("", inputs);
        const checkpoint = (live: JsonObject) =>
            makeCheckpoint(
                { inputs, live, fieldManager, initialApiVersion: kindOf(inputs).apiVersion },
                request.inputs,
            );
        let created: JsonObject;
        try {
            created = await createObject(cluster, {
                ...this.writeRequest(request, inputs, fieldManager),
                upsert: this.settings.upsertExistingObjects,
                signal: this.cancelled.signal,
            });
        } catch (error) {
            if (preview && isHarmlessAtPreview(error)) return asGiven;
            throw creationError(urn, request.inputs, error);
        }
        this.engine.clearStatus(urn);
        if (preview) return { id: "", state: checkpoint(withoutStatus(created)) };

        try {
            const ready = await this.awaitReady(cluster, request, inputs, created);
            return { id: idOf(ready), state: checkpoint(ready) };
        } catch (error) {
            throw initializationFailure({
                prefix:
                    `resource ${JSON.stringify(urn)} was successfully created, but the Kubernetes API ` +
                    "server reported that it failed to fully initialize or become live: ",
                error,
                live: created,
                rawInputs: request.inputs,
                checkpoint,
            });
        }
    }

    async update(request: UpdateRequest): Promise<{ state: JsonObject }> {
        const { urn, preview } = request;
        const inputs = normalizeInputs(revealObject(request.inputs));
        const cluster = await this.reachable();
        if (preview && !(await canPreview(cluster, inputs))) return { state: request.inputs };

        const last = parseCheckpoint(request.olds);
        const fieldManager = fieldManagerName(last.fieldManager, inputs);
        const checkpoint = (live: JsonObject) =>
            makeCheckpoint(
                { inputs, live, fieldManager, initialApiVersion: last.initialApiVersion },
                request.inputs,
            );
        const identity = { namespace: namespaceOf(last.live), name: nameOf(last.live) };
        const find = () => cluster.get(kindOf(inputs), identity);
        let live: JsonObject | undefined;
        try {
            live = await find();
            const updated = await updateObject(cluster, live, {
                ...this.writeRequest(request, inputs, fieldManager),
                ignoreChanges: request.ignoreChanges,
            });
            const ready = preview
                ? updated
                : await this.awaitReady(cluster, request, inputs, updated, live);
            return { state: checkpoint(ready) };
        } catch (error) {
            if (preview && isForbidden(error)) return { state: request.inputs };
            if (live === undefined) throw updateError(urn, request.inputs, error);
            const id = JSON.stringify(idOf(live));
            throw initializationFailure({
                prefix:
                    `the Kubernetes API server reported that ${id} failed to fully initialize or ` +
                    "become live: ",
                error,
                live: await find().catch(() => live ?? last.live),
                rawInputs: request.inputs,
                checkpoint,
            });
        }
    }

    async read(request: ReadRequest): Promise<ReadResult> {
        if (await this.isUnreachable(request.urn)) {
            if (this.settings.deleteUnreachable) return { id: "" };
            if (this.settings.skipUpdateUnreachable) return request;
            throw new Error(
                `failed to read resource state due to unreachable cluster. ${REMOVE_HELP}`,
            );
        }
        return readObject(await this.reachable(), request);
    }

    async delete(request: DeleteRequest): Promise<void> {
        if (await this.isUnreachable(request.urn)) {
            if (this.settings.deleteUnreachable) return;
            throw new Error(`configured Kubernetes cluster is unreachable. ${REMOVE_HELP}`);
        }
        const { inputs } = parseCheckpoint(request.state);
        const seconds = timeoutSeconds(request.timeoutSeconds, inputs);
        await deleteObject(await this.reachable(), request, this.waitOptions(request.urn, seconds));
        this.engine.clearStatus(request.urn);
    }

    private async isUnreachable(urn: string): Promise<boolean> {
        const reason = await this.target.unreachable();
        if (reason === undefined) return false;
        const message = `configured Kubernetes cluster is unreachable: ${reason}`;
        this.engine.log("warning", urn, message);
        return true;
    }

    private async reachable(): Promise<Cluster> {
        const unreachable = await this.target.unreachable();
        const { cluster } = this.target;
        if (unreachable !== undefined || cluster === undefined) {
            throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
        }
        return cluster;
    }

    private async isNamespaced(kind: Kind): Promise<boolean> {
        const scope = knownScope(kind);
        if (scope !== undefined) return scope === "namespace";
        try {
            return (await this.target.cluster?.discovery.isNamespaced(kind)) ?? true;
        } catch (error) {
            // Its definition may come with this very update; most custom resources live in a namespace.
            if (error instanceof NoMatchError) return true;
            throw error;
        }
    }

    private writeRequest(
        { urn, preview }: CreateRequest,
        inputs: JsonObject,
        fieldManager: string,
    ): WriteRequest {
        return {
            inputs,
            fieldManager,
            preview,
            isPatch: isPatchType(urn, inputs),
            patchForce: this.settings.patchForce,
            onStatus: (message) => this.engine.status(urn, message),
        };
    }

    private waitOptions(urn: string, seconds: number): WaitOptions {
        return {
            timeoutSeconds: seconds,
            signal: this.cancelled.signal,
            onStatus: (message, severity) => this.engine.status(urn, message, severity),
        };
    }

    private async awaitReady(
        cluster: Cluster,
        request: CreateRequest,
        inputs: JsonObject,
        written: JsonObject,
        previous?: JsonObject,
    ): Promise<JsonObject> {
        const rule = isPatchType(request.urn, inputs) ? undefined : readinessRule(inputs);
        if (rule === undefined) return written;
        const seconds = timeoutSeconds(request.timeoutSeconds, inputs, rule);
        const options = { ...this.waitOptions(request.urn, seconds), previous };
        const ready = await waitUntilReady(cluster, rule, written, options);
        this.engine.clearStatus(request.urn);
        return ready;
    }
}

/** A dry run needs every value and a kind that the server knows already. */
async function canPreview(cluster: Cluster, inputs: JsonObject): Promise<boolean> {
    return !hasUnknowns(inputs) && (await cluster.discovery.exists(kindOf(inputs)));
}
