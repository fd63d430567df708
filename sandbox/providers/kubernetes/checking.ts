// Check: turns what the program asked for into the inputs that are recorded and sent: normalised, named, and
// in a namespace.
import { at, isObject, type JsonObject } from "../plugin/json";
import { parseUrn, uniqueName } from "../plugin/names";
import type { CheckRequest, CheckResult } from "../plugin/provider";
import { isUnknown, reveal, revealObject } from "../plugin/values";
import { annotateSecrets } from "./checkpoint";
import { normalizeInputs } from "./normalize";
import {
    annotationOf,
    isNamed,
    kindOf,
    nameOf,
    withAnnotation,
    withMetadata,
    type Kind,
} from "./objects";

export const AUTONAMED = "pulumi.com/autonamed";

export interface CheckContext {
    defaultNamespace: string;
    isNamespaced(kind: Kind): Promise<boolean>;
}

export function isAutonamed(object: JsonObject): boolean {
    return annotationOf(object, AUTONAMED) === "true";
}

/** A Patch type writes a few fields of an object that somebody else made: `core/v1:ConfigMapPatch`. */
export function isPatchType(urn: string, inputs: JsonObject): boolean {
    const kind = parseUrn(urn).type.split(":").at(-1) ?? "";
    return kind.endsWith("Patch") && kind !== kindOf(inputs).kind;
}

function nameFor(request: CheckRequest): string {
    const { mode, proposedName } = request.autonaming ?? { mode: undefined, proposedName: "" };
    if (mode === "disable") {
        throw new Error(
            "autonaming is disabled, resource requires the .metadata.name field to be set",
        );
    }
    if (mode !== undefined && proposedName !== "") return proposedName;
    return uniqueName(`${parseUrn(request.urn).name}-`, request.randomSeed);
}

/** Keeps a name that was generated before; generates one for a new object. */
function named(object: JsonObject, request: CheckRequest): JsonObject {
    if (isNamed(object)) return object;
    const olds = reveal(request.olds);
    if (isObject(olds) && Object.keys(olds).length > 0) {
        return isAutonamed(olds)
            ? withAnnotation(withMetadata(object, { name: nameOf(olds) }), AUTONAMED)
            : object;
    }
    return withAnnotation(withMetadata(object, { name: nameFor(request) }), AUTONAMED);
}

async function inNamespace(object: JsonObject, context: CheckContext): Promise<JsonObject> {
    const metadata = object["metadata"];
    const namespace = at(metadata, "namespace");
    if (isUnknown(metadata) || (namespace !== undefined && namespace !== "")) return object;
    if (!(await context.isNamespaced(kindOf(object)))) return object;
    return withMetadata(object, { namespace: context.defaultNamespace });
}

export async function checkInputs(
    request: CheckRequest,
    context: CheckContext,
): Promise<CheckResult> {
    const plain = revealObject(request.news);
    if (kindOf(plain).kind.endsWith("List")) {
        throw new Error("list resources cannot be created directly: use the type of the elements");
    }
    if (at(plain, "metadata", "generateName") !== undefined && !isNamed(plain)) {
        throw new Error(
            "the `.metadata.generateName` field is not supported in Server-Side Apply mode",
        );
    }
    const normal = normalizeInputs(plain);
    if (isPatchType(request.urn, normal) && !isNamed(normal)) {
        throw new Error("patch resources require the `.metadata.name` field to be set");
    }
    const complete = await inNamespace(named(normal, request), context);
    return { inputs: annotateSecrets(complete, request.news) };
}
