// What a provider plugin does, in plain values: the gRPC side of it is server.ts alone.
import type { JsonObject } from "./json";

export interface CheckFailure {
    property?: string;
    reason: string;
}

export interface Autonaming {
    mode: "propose" | "enforce" | "disable";
    proposedName: string;
}

export interface CheckRequest {
    urn: string;
    /** Inputs of the last update; empty for a new resource. */
    olds: JsonObject;
    news: JsonObject;
    randomSeed: Uint8Array;
    autonaming?: Autonaming;
}

export interface CheckResult {
    inputs: JsonObject;
    failures?: CheckFailure[];
}

export type DiffKind =
    "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface PropertyDiff {
    kind: DiffKind;
    /** True: compares inputs with inputs; false: state with inputs. */
    inputDiff: boolean;
}

export interface DiffRequest {
    id: string;
    urn: string;
    /** The state that create, update or read returned last. */
    olds: JsonObject;
    news: JsonObject;
    ignoreChanges: string[];
}

export interface DiffResult {
    changed: boolean;
    replaces?: string[];
    deleteBeforeReplace?: boolean;
    detailedDiff?: Record<string, PropertyDiff>;
}

export interface CreateRequest {
    urn: string;
    inputs: JsonObject;
    timeoutSeconds: number;
    preview: boolean;
}

export interface ReadRequest {
    id: string;
    urn: string;
    state: JsonObject;
    /** Empty for an import or a `.get`. */
    inputs: JsonObject;
}

export interface UpdateRequest extends CreateRequest {
    id: string;
    olds: JsonObject;
    ignoreChanges: string[];
}

export interface DeleteRequest {
    id: string;
    urn: string;
    state: JsonObject;
    timeoutSeconds: number;
}

export interface ReadResult {
    /** Empty: the resource is gone. */
    id: string;
    state?: JsonObject;
    inputs?: JsonObject;
}

export interface Provider {
    readonly version: string;
    readonly supportsPreview: boolean;
    configure(variables: ReadonlyMap<string, string>): Promise<void>;
    /** Whether changed provider settings mean another cluster, so that every resource is replaced. */
    diffConfig?(olds: JsonObject, news: JsonObject): DiffResult;
    check(request: CheckRequest): Promise<CheckResult>;
    diff(request: DiffRequest): Promise<DiffResult>;
    create(request: CreateRequest): Promise<{ id: string; state: JsonObject }>;
    read(request: ReadRequest): Promise<ReadResult>;
    update(request: UpdateRequest): Promise<{ state: JsonObject }>;
    delete(request: DeleteRequest): Promise<void>;
    cancel(): void;
}

/** The object exists, but did not get ready: the engine records it and goes on from there next time. */
export class InitializationFailure extends Error {
    constructor(
        message: string,
        readonly id: string,
        readonly state: JsonObject,
        readonly reasons: string[],
        readonly inputs?: JsonObject,
    ) {
        super(message);
    }
}
