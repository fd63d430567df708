// Read: the object as it is now, and which of its fields are ours. Serves refresh, import and `.get`.
import type { JsonObject } from "../plugin/json";
import { parseUrn } from "../plugin/names";
import { InitializationFailure, type ReadRequest, type ReadResult } from "../plugin/provider";
import { revealObject } from "../plugin/values";
import { refreshRule } from "./await";
import { annotateSecrets, makeCheckpoint, parseCheckpoint } from "./checkpoint";
import type { Cluster } from "./cluster";
import { isNotFound, NoMatchError } from "./errors";
import { importedInputs } from "./importing";
import { normalizeInputs } from "./normalize";
import { kindOf, kindOfType, nameOf, namespaceOf, parseId } from "./objects";
import { fieldManagerName } from "./ownership";
import { pruneObject } from "./prune";
import { judgeOnce } from "./waiting";

export async function readObject(cluster: Cluster, request: ReadRequest): Promise<ReadResult> {
    const { id, urn } = request;
    const last = parseCheckpoint(request.state);
    const oldInputs = normalizeInputs(revealObject(request.inputs));
    const recorded = [kindOf(oldInputs), kindOf(last.live)].find(({ kind }) => kind !== "");
    const isImport = recorded === undefined;
    const kind = recorded ?? kindOfType(parseUrn(urn).type);
    let live: JsonObject;
    try {
        const { namespace, name } = parseId(id);
        live = await cluster.get(kind, {
            namespace: namespace || namespaceOf(oldInputs),
            name,
        });
    } catch (error) {
        if (isNotFound(error) || error instanceof NoMatchError) return { id: "" };
        throw error;
    }
    const inputs = isImport ? importedInputs(live) : pruneObject(live, oldInputs);
    const checkpoint = {
        inputs,
        live,
        fieldManager: fieldManagerName(last.fieldManager, oldInputs),
        initialApiVersion: last.initialApiVersion || kind.apiVersion,
    };
    const state = makeCheckpoint(checkpoint, request.inputs);
    const annotated = annotateSecrets(inputs, request.inputs);
    const rule = isImport ? undefined : refreshRule(oldInputs);
    const reasons = rule === undefined ? undefined : await judgeOnce(cluster, rule, live);
    if (reasons !== undefined) {
        const message = `Resource '${nameOf(live)}' was created but failed to initialize`;
        throw new InitializationFailure(message, id, state, [message, ...reasons], annotated);
    }
    return { id, state, inputs: annotated };
}
