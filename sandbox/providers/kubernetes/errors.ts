// What the API server says when it refuses something.
import { numberAt, objectsAt, textAt, type Json } from "../plugin/json";

export class ApiError extends Error {
    constructor(
        message: string,
        readonly code: number,
        readonly reason: string,
        readonly status: Json = null,
    ) {
        super(message);
    }

    static fromStatus(status: Json, httpCode: number): ApiError {
        const code = numberAt(status, "code") ?? httpCode;
        const message = textAt(status, "message") || `the server answered with HTTP ${code}`;
        return new ApiError(message, code, textAt(status, "reason"), status);
    }
}

/** The server does not know the kind, at least not yet. */
export class NoMatchError extends Error {
    constructor(apiVersion: string, kind: string) {
        super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }
}

/** The server can't be reached at all; nothing was changed. */
export class ConnectionError extends Error {}

export function isNotFound(error: unknown): error is ApiError {
    return error instanceof ApiError && error.code === 404;
}

export function isForbidden(error: unknown): boolean {
    return error instanceof ApiError && error.code === 403;
}

export function isAlreadyExists(error: unknown): boolean {
    return error instanceof ApiError && error.reason === "AlreadyExists";
}

export function isConflict(error: unknown): boolean {
    return error instanceof ApiError && error.code === 409 && error.reason === "Conflict";
}

export function isImmutableField(error: unknown): boolean {
    return (
        error instanceof ApiError &&
        error.code === 422 &&
        error.message.includes("field is immutable")
    );
}

/** At preview the namespace may be one that this very update is going to create. */
export function isNamespaceMissing(error: unknown): boolean {
    return isNotFound(error) && textAt(error.status, "details", "kind") === "namespaces";
}

export function isDryRunUnsupported(error: unknown): boolean {
    return (
        error instanceof ApiError &&
        error.code === 400 &&
        /dryRun .* feature is disabled|does not support dry run/.test(error.message)
    );
}

const CONFLICT_HELP =
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
    "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

/** Two writers want the same field: says which, and where to read what to do. */
export function explainConflict(error: unknown, fieldManager: string): unknown {
    if (!(error instanceof ApiError) || !isConflict(error)) return error;
    const fields = objectsAt(error.status, "details", "causes")
        .map((cause) => textAt(cause, "field"))
        .filter((field) => field !== "" && !error.message.includes(field));
    const suffix = fields.length === 0 ? "" : ` (${fields.join(", ")})`;
    return new ApiError(
        `server-side apply field conflict detected, see ${CONFLICT_HELP} for troubleshooting help\n` +
            `The resource managed by field manager ${JSON.stringify(fieldManager)} had an apply ` +
            `conflict: ${error.message}${suffix}`,
        error.code,
        error.reason,
        error.status,
    );
}

const EXISTS_HELP = `

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to keep its identity, or deleteBeforeReplace
    if it is to be replaced.
  - Managing an existing resource: use a Patch resource (for example NamespacePatch).
  - Adopting a resource into Pulumi: use \`pulumi import\`.
  - Meaning to update it all the same: set upsertExistingObjects on the provider.`;

export function explainExisting(error: unknown): unknown {
    if (!(error instanceof ApiError) || !isAlreadyExists(error)) return error;
    return new ApiError(error.message + EXISTS_HELP, error.code, error.reason, error.status);
}

export function asError(error: unknown): Error {
    return error instanceof Error ? error : new Error(String(error));
}

export function messageOf(error: unknown): string {
    return asError(error).message;
}
