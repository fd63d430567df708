// How failed operations are told: in the official plugin's words, and without the values of Secrets.
import type { JsonObject } from "../plugin/json";
import { InitializationFailure } from "../plugin/provider";
import { redact } from "./checkpoint";
import {
    isAlreadyExists,
    isDryRunUnsupported,
    isForbidden,
    isNamespaceMissing,
    messageOf,
    NoMatchError,
} from "./errors";
import { idOf, kindOf } from "./objects";
import { WaitError } from "./waiting";

/** What to do about resources of a cluster that is gone. */
export const REMOVE_HELP =
    "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation " +
    'with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** What a preview can't know better: a replaced object still there, a namespace still to come. */
export function isHarmlessAtPreview(error: unknown): boolean {
    return (
        isForbidden(error) ||
        isNamespaceMissing(error) ||
        isAlreadyExists(error) ||
        isDryRunUnsupported(error)
    );
}

export function creationError(urn: string, rawInputs: JsonObject, error: unknown): Error {
    const reason = redact(messageOf(error), rawInputs);
    const resource = JSON.stringify(urn);
    if (error instanceof NoMatchError) {
        const { apiVersion, kind } = kindOf(rawInputs);
        return new Error(
            `creation of resource ${resource} with kind ${apiVersion}/${kind} failed because the Kubernetes ` +
                "API server reported that the apiVersion for this resource does not exist. " +
                `Verify that any required CRDs have been created: ${reason}`,
        );
    }
    return new Error(
        `resource ${resource} was not successfully created by the Kubernetes API server: ${reason}`,
    );
}

export function updateError(urn: string, rawInputs: JsonObject, error: unknown): Error {
    const reason = redact(messageOf(error), rawInputs);
    return new Error(`update of resource ${JSON.stringify(urn)} failed: ${reason}`);
}

export interface Incomplete {
    /** What was being done, in front of the reason. */
    prefix: string;
    error: unknown;
    /** The object as last seen, unless the error knows better. */
    live: JsonObject;
    rawInputs: JsonObject;
    checkpoint(live: JsonObject): JsonObject;
}

/** The object exists and is recorded as it is; the next update goes on from there. */
export function initializationFailure(incomplete: Incomplete): InitializationFailure {
    const { error, rawInputs } = incomplete;
    const live = error instanceof WaitError ? error.object : incomplete.live;
    const details = error instanceof WaitError ? error.reasons : [];
    const message = redact(incomplete.prefix + messageOf(error), rawInputs);
    const reasons = [message, ...details.map((detail) => redact(detail, rawInputs))];
    return new InitializationFailure(message, idOf(live), incomplete.checkpoint(live), reasons);
}
