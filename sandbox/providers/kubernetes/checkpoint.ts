// The state of a resource: the live object, plus what is needed to tell next time what was ours in it.
import { isObject, textAt, type Json, type JsonObject } from "../plugin/json";
import { containsSecret, isSecret, makeSecret, revealObject, unwrap } from "../plugin/values";

const INPUTS = "__inputs";
const API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

export interface Checkpoint {
    inputs: JsonObject;
    live: JsonObject;
    initialApiVersion: string;
    fieldManager: string;
}

/**
 * Marks in `outs` what is secret in `ins`. The data of a Secret is always secret; an array is secret as a
 * whole, since the server may have put its elements into another order.
 */
export function annotateSecrets(outs: JsonObject, ins: JsonObject): JsonObject {
    const annotated: JsonObject = { ...outs };
    if (outs["kind"] === "Secret") {
        for (const key of ["data", "stringData"]) {
            const value = outs[key];
            if (value !== undefined) annotated[key] = makeSecret(value);
        }
        return annotated;
    }
    for (const [key, value] of Object.entries(outs)) {
        const input = Object.hasOwn(ins, key) ? ins[key] : undefined;
        if (input !== undefined) annotated[key] = annotateValue(value, input);
    }
    return annotated;
}

function annotateValue(out: Json, input: Json): Json {
    if (isSecret(out)) return out;
    if (isObject(out) && isObject(input) && !isSecret(input)) return annotateSecrets(out, input);
    return containsSecret(input) ? makeSecret(out) : out;
}

/** `rawInputs` are the inputs as the engine sent them, with their secrets marked. */
export function makeCheckpoint(checkpoint: Checkpoint, rawInputs: JsonObject): JsonObject {
    const state = annotateSecrets(checkpoint.live, rawInputs);
    return {
        ...state,
        [INPUTS]: annotateSecrets(checkpoint.inputs, rawInputs),
        [API_VERSION]: checkpoint.initialApiVersion,
        [FIELD_MANAGER]: checkpoint.fieldManager,
    };
}

export function parseCheckpoint(state: JsonObject): Checkpoint {
    const { [INPUTS]: inputs, [API_VERSION]: version, [FIELD_MANAGER]: manager, ...rest } = state;
    const plain = unwrap(inputs);
    const live = revealObject(rest);
    return {
        inputs: isObject(plain) ? revealObject(plain) : {},
        live,
        initialApiVersion: typeof version === "string" ? version : textAt(live, "apiVersion"),
        fieldManager: typeof manager === "string" ? manager : "",
    };
}

/** Every text inside a secret value, as it is and in the base64 form that a Secret's data has. */
export function secretTexts(value: Json, inSecret = false): string[] {
    const plain = unwrap(value) ?? null;
    const within = inSecret || isSecret(value);
    if (typeof plain === "string" && within) {
        const decoded = Buffer.from(plain, "base64").toString("utf8");
        const encoded = Buffer.from(plain, "utf8").toString("base64");
        // A very short value would blot out ordinary words.
        return [plain, decoded, encoded].filter((text) => text.length > 3);
    }
    const children = Array.isArray(plain) ? plain : isObject(plain) ? Object.values(plain) : [];
    return children.flatMap((child) => secretTexts(child, within));
}

/** The message without any secret of these inputs. */
export function redact(message: string, rawInputs: JsonObject): string {
    return secretTexts(rawInputs).reduce(
        (line, text) => line.replaceAll(text, "[secret]"),
        message,
    );
}
