// The random plugin: a value is drawn once and kept in the state; any changed input draws a new one.
// Left out, said openly: RandomPet and RandomShuffle, and the bcryptHash of passwords.
import { deepEqual, numberAt, textAt, type Json, type JsonObject } from "../plugin/json";
import { parseUrn } from "../plugin/names";
import type {
    CheckRequest,
    CheckResult,
    CreateRequest,
    DiffRequest,
    DiffResult,
    PropertyDiff,
    Provider,
    ReadRequest,
    ReadResult,
    UpdateRequest,
} from "../plugin/provider";
import { containsUnknown, makeSecret, revealObject } from "../plugin/values";
import {
    randomId,
    randomInteger,
    randomText,
    randomUuid,
    STRING_DEFAULTS,
    stringProblem,
    stringRules,
} from "./generate";

interface Drawn {
    id: string;
    outputs: JsonObject;
}

interface RandomType {
    defaults: JsonObject;
    problem?(inputs: JsonObject): { property: string; reason: string } | undefined;
    draw(inputs: JsonObject): Drawn;
}

const STRING_TYPE: Pick<RandomType, "defaults" | "problem"> = {
    defaults: { ...STRING_DEFAULTS, number: true },
    problem: (inputs) => stringProblem(stringRules(inputs)),
};

function atLeast(inputs: JsonObject, property: string, minimum: number) {
    const value = numberAt(inputs, property);
    if (value !== undefined && Number.isInteger(value) && value >= minimum) return undefined;
    const reason = `${property} must be a whole number of at least ${minimum}, got: ${value}`;
    return { property, reason };
}

const TYPES: Record<string, RandomType> = {
    RandomPassword: {
        ...STRING_TYPE,
        draw: (inputs) => {
            const result = randomText(stringRules(inputs));
            return { id: "none", outputs: { result: makeSecret(result) } };
        },
    },
    RandomString: {
        ...STRING_TYPE,
        draw: (inputs) => {
            const result = randomText(stringRules(inputs));
            return { id: result, outputs: { result } };
        },
    },
    RandomId: {
        defaults: {},
        problem: (inputs) => atLeast(inputs, "byteLength", 1),
        draw: (inputs) => {
            const byteLength = numberAt(inputs, "byteLength") ?? 1;
            const { id, ...outputs } = randomId(byteLength, textAt(inputs, "prefix"));
            return { id, outputs };
        },
    },
    RandomInteger: {
        defaults: {},
        problem: (inputs) => atLeast(inputs, "max", numberAt(inputs, "min") ?? 0),
        draw: (inputs) => {
            const [min, max] = [numberAt(inputs, "min") ?? 0, numberAt(inputs, "max") ?? 0];
            const result = randomInteger(min, max);
            return { id: String(result), outputs: { result } };
        },
    },
    RandomUuid: {
        defaults: {},
        draw: () => {
            const result = randomUuid();
            return { id: result, outputs: { result } };
        },
    },
};

function typeOf(urn: string): RandomType {
    const name = parseUrn(urn).type.split(":").at(-1) ?? "";
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type !== undefined) return type;
    throw new Error(
        `${name} is not served by this stand-in of the random plugin (it serves ` +
            `${Object.keys(TYPES).join(", ")}): install the official one with ` +
            "`pulumi plugin install resource random`",
    );
}

/** Inputs whose value differs from the one that the result was drawn with; every one replaces it. */
export function changedInputs(type: RandomType, olds: JsonObject, news: JsonObject): string[] {
    const value = (object: JsonObject, key: string): Json =>
        object[key] ?? type.defaults[key] ?? null;
    const keys = new Set([
        ...Object.keys(news),
        ...Object.keys(type.defaults),
        "keepers",
        "prefix",
    ]);
    return [...keys].filter(
        (key) => containsUnknown(news[key]) || !deepEqual(value(olds, key), value(news, key)),
    );
}

export class RandomProvider implements Provider {
    readonly version = "4.21.2";
    // A preview draws nothing: the result is unknown until it is created.
    readonly supportsPreview = false;

    configure(): Promise<void> {
        return Promise.resolve();
    }

    cancel(): void {
        // Nothing here takes time.
    }

    check({ urn, news }: CheckRequest): Promise<CheckResult> {
        const inputs = revealObject(news);
        const problem = containsUnknown(inputs) ? undefined : typeOf(urn).problem?.(inputs);
        return Promise.resolve({ inputs: news, failures: problem === undefined ? [] : [problem] });
    }

    diff({ urn, olds, news }: DiffRequest): Promise<DiffResult> {
        const changed = changedInputs(typeOf(urn), revealObject(olds), revealObject(news));
        const diff: PropertyDiff = { kind: "update-replace", inputDiff: false };
        return Promise.resolve({
            changed: changed.length > 0,
            replaces: changed,
            detailedDiff: Object.fromEntries(changed.map((key) => [key, diff])),
        });
    }

    create({ urn, inputs }: CreateRequest): Promise<{ id: string; state: JsonObject }> {
        const type = typeOf(urn);
        const { id, outputs } = type.draw(revealObject(inputs));
        return Promise.resolve({ id, state: { ...type.defaults, ...inputs, ...outputs } });
    }

    read({ id, urn, state, inputs }: ReadRequest): Promise<ReadResult> {
        const name = parseUrn(urn).type.split(":").at(-1) ?? "";
        if (Object.keys(state).length > 0) return Promise.resolve({ id, state, inputs });
        if (name !== "RandomPassword" && name !== "RandomString") {
            throw new Error(`${name} can't be imported with this stand-in of the random plugin`);
        }
        // An import: the id is the text itself.
        const secret = name === "RandomPassword";
        const imported: JsonObject = { length: [...id].length };
        const result = secret ? makeSecret(id) : id;
        return Promise.resolve({
            id: secret ? "none" : id,
            state: { ...STRING_TYPE.defaults, ...imported, result },
            inputs: imported,
        });
    }

    update({ olds, inputs }: UpdateRequest): Promise<{ state: JsonObject }> {
        return Promise.resolve({ state: { ...olds, ...inputs } });
    }

    delete(): Promise<void> {
        return Promise.resolve();
    }
}
