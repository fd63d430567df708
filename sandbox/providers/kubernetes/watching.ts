// Keeps a set of objects as the server's watch tells it, reopening the watch as often as it ends.
import { textAt, type JsonObject } from "../plugin/json";
import { delay, type Query } from "./client";
import type { Cluster } from "./cluster";
import { ApiError } from "./errors";
import type { Kind } from "./objects";

const REOPEN_MS = 500;

export interface WatchTarget {
    kind: Kind;
    namespace: string;
    query: Query;
}

/**
 * Calls `onChange` with all objects after each change, until the signal fires or the server says that we may
 * not watch. From each `onOpen` on no event is missed.
 */
export async function watchObjects(
    cluster: Cluster,
    target: WatchTarget,
    signal: AbortSignal,
    onChange: (objects: JsonObject[], deleted?: JsonObject) => void,
    onOpen?: () => void,
): Promise<void> {
    const path = await cluster.discovery.collectionPath(target.kind, target.namespace);
    while (!signal.aborted) {
        // Without a resource version a watch begins with an ADDED event for everything that exists.
        const objects = new Map<string, JsonObject>();
        const onEvent = (event: JsonObject) => {
            const object = event["object"] as JsonObject;
            const uid = textAt(object, "metadata", "uid");
            switch (textAt(event, "type")) {
                case "ADDED":
                case "MODIFIED":
                    objects.set(uid, object);
                    onChange([...objects.values()]);
                    break;
                case "DELETED":
                    objects.delete(uid);
                    onChange([...objects.values()], object);
                    break;
            }
        };
        try {
            await cluster.client.watch(path, target.query, signal, onEvent, onOpen);
        } catch (error) {
            // What we may not see, or what the server does not serve, will not change by asking again.
            if (error instanceof ApiError && [401, 403, 404, 405].includes(error.code)) return;
        }
        await delay(REOPEN_MS);
    }
}
