// Delete: tells the server, and waits until the object is gone.
import { textAt, textsAt, type JsonObject } from "../plugin/json";
import type { DeleteRequest } from "../plugin/provider";
import { skipsDeletionAwait } from "./await";
import { parseCheckpoint } from "./checkpoint";
import { isPatchType } from "./checking";
import type { Cluster } from "./cluster";
import { isNotFound, NoMatchError } from "./errors";
import { initializationFailure } from "./failures";
import { annotationOf, kindOf, nameOf, namespaceOf } from "./objects";
import { WaitError, type WaitOptions } from "./waiting";
import { watchObjects } from "./watching";

const LOOK_AGAIN_MS = 1_000;

/** The object if it is still there; the same name with another uid is somebody else's new object. */
async function remaining(cluster: Cluster, object: JsonObject): Promise<JsonObject | undefined> {
    const uid = textAt(object, "metadata", "uid");
    try {
        const identity = { namespace: namespaceOf(object), name: nameOf(object) };
        const now = await cluster.get(kindOf(object), identity);
        return uid === "" || textAt(now, "metadata", "uid") === uid ? now : undefined;
    } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
    }
}

async function waitUntilGone(
    cluster: Cluster,
    object: JsonObject,
    options: WaitOptions,
): Promise<void> {
    const name = nameOf(object);
    const target = {
        kind: kindOf(object),
        namespace: namespaceOf(object),
        query: { fieldSelector: `metadata.name=${name}` },
    };
    const stop = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let cancel: () => void = () => undefined;
    const ending = new Promise<"gone" | "timed out" | "cancelled">((resolve) => {
        timer = setTimeout(() => resolve("timed out"), options.timeoutSeconds * 1_000);
        cancel = () => resolve("cancelled");
        options.signal.addEventListener("abort", cancel, { once: true });
        const look = () => {
            remaining(cluster, object).then(
                (now) => {
                    if (now === undefined) resolve("gone");
                    else options.onStatus("Waiting for the object to be deleted");
                },
                () => setTimeout(() => stop.signal.aborted || look(), LOOK_AGAIN_MS),
            );
        };
        const onChange = (_objects: JsonObject[], deleted?: JsonObject) => {
            if (deleted !== undefined) resolve("gone");
        };
        // It may have gone before the watch began: look once it is open.
        void watchObjects(cluster, target, stop.signal, onChange, look).catch(look);
    });
    const end = await ending;
    stop.abort();
    clearTimeout(timer);
    options.signal.removeEventListener("abort", cancel);
    const last = end === "gone" ? undefined : await remaining(cluster, object).catch(() => object);
    if (last === undefined) return;
    const finalizers = textsAt(last, "metadata", "finalizers").join(", ");
    const reasons =
        finalizers === "" ? [] : [`finalizers might be preventing deletion (${finalizers})`];
    const message =
        end === "cancelled"
            ? `Resource operation was cancelled for "${name}"`
            : `timed out waiting for "${name}" to be deleted`;
    throw new WaitError([message, ...reasons].join(": "), last, reasons);
}

function propagationOf(inputs: JsonObject): string {
    const policy = annotationOf(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase();
    return policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground";
}

export async function deleteObject(
    cluster: Cluster,
    request: DeleteRequest,
    options: WaitOptions,
): Promise<void> {
    const { inputs, live, fieldManager } = parseCheckpoint(request.state);
    const identity = { namespace: namespaceOf(live), name: nameOf(live) };
    try {
        if (isPatchType(request.urn, live)) {
            // Gives up the fields of the patch and leaves the object to its owner.
            const bare = { ...kindOf(live), metadata: { ...identity } };
            await cluster.apply(bare, { fieldManager, dryRun: false, force: false });
            return;
        }
        if (await cluster.delete(kindOf(live), identity, propagationOf(inputs))) return;
    } catch (error) {
        if (isNotFound(error) || error instanceof NoMatchError) return;
        throw error;
    }
    if (skipsDeletionAwait({ ...kindOf(live), ...inputs })) return;
    try {
        await waitUntilGone(cluster, live, options);
    } catch (error) {
        throw initializationFailure({
            prefix: "",
            error,
            live,
            rawInputs: request.state,
            checkpoint: () => request.state,
        });
    }
}
