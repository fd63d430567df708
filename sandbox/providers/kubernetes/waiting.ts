// Waits until a rule is content with an object, or until time runs out or the user interrupts.
import { numberAt, textAt, type JsonObject } from "../plugin/json";
import {
    pending,
    type AwaitRule,
    type Related,
    type Snapshot,
    type Verdict,
} from "./await/verdict";
import { podTrouble } from "./await/pods";
import type { Query } from "./client";
import type { Cluster } from "./cluster";
import { asError } from "./errors";
import { displayName, kindOf, nameOf, namespaceOf } from "./objects";
import { watchObjects } from "./watching";

/** How often the reasons are shown while the wait goes on. */
const REASONS_EVERY_MS = 10_000;

export interface WaitOptions {
    timeoutSeconds: number;
    signal: AbortSignal;
    /** The live object before an update. */
    previous?: JsonObject;
    onStatus(message: string, severity?: "info" | "warning"): void;
}

/** The object is there, but not as it should be; carries its last known form. */
export class WaitError extends Error {
    constructor(
        message: string,
        readonly object: JsonObject,
        readonly reasons: string[],
    ) {
        super(message);
    }
}

function relatedQuery({ labelSelector, fieldSelector }: Related): Query {
    return {
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
}

/** Warning events of the object and of its unready Pods: what a wait's reasons alone do not tell. */
async function eventReasons(cluster: Cluster, snapshot: Snapshot): Promise<string[]> {
    const pods = (snapshot.related["pods"] ?? []).filter((pod) => podTrouble(pod) !== "");
    const told = await Promise.all(
        [snapshot.object, ...pods].map(async (object) => {
            const warnings = await cluster.warnings(object).catch(() => []);
            const label = `${textAt(object, "kind") || "Pod"} ${displayName(object)}`;
            return [...new Set(warnings)].slice(-3).map((warning) => `[${label}]: ${warning}`);
        }),
    );
    return told.flat();
}

export async function waitUntilReady(
    cluster: Cluster,
    rule: AwaitRule,
    created: JsonObject,
    options: WaitOptions,
): Promise<JsonObject> {
    const stop = new AbortController();
    const namespace = namespaceOf(created);
    const snapshot: Snapshot = { object: created, previous: options.previous, related: {} };
    let verdict: Verdict = pending("Waiting for the object to be seen");
    let changedAt: number | undefined;
    let recheck: NodeJS.Timeout | undefined;

    return new Promise<JsonObject>((resolve, reject) => {
        const finish = (end: () => void) => {
            stop.abort();
            clearTimeout(deadline);
            clearTimeout(recheck);
            clearInterval(telling);
            options.signal.removeEventListener("abort", cancel);
            end();
        };
        const fail = (message: string) => {
            const reasons = verdict.done ? [] : verdict.reasons;
            const refuse = (events: string[]) =>
                reject(
                    new WaitError(message, snapshot.object, [...new Set([...reasons, ...events])]),
                );
            finish(() => void eventReasons(cluster, snapshot).then(refuse, () => refuse([])));
        };
        const cancel = () =>
            finish(() => {
                const reasons = verdict.done ? [] : verdict.reasons;
                const message = `Resource operation was cancelled for "${nameOf(created)}"`;
                reject(new WaitError(message, snapshot.object, reasons));
            });
        const late = () => {
            const { lateMessage } = rule;
            if (lateMessage === undefined) {
                fail(`'${nameOf(created)}' timed out waiting to be Ready`);
            } else {
                finish(() => reject(new WaitError(lateMessage, snapshot.object, [])));
            }
        };
        const deadline = setTimeout(late, options.timeoutSeconds * 1_000);
        const telling = setInterval(() => {
            const [reason] = verdict.done ? [] : verdict.reasons.slice(-1);
            if (reason !== undefined) options.onStatus(reason, "warning");
        }, REASONS_EVERY_MS);
        const judge = () => {
            if (stop.signal.aborted) return;
            clearTimeout(recheck);
            snapshot.quietMs = changedAt === undefined ? undefined : Date.now() - changedAt;
            verdict = judgeSafely(rule, snapshot);
            if (verdict.done) {
                finish(() => resolve(snapshot.object));
            } else if (verdict.failed === true) {
                fail(`Resource '${nameOf(created)}' was created but failed to initialize`);
            } else {
                options.onStatus(verdict.status);
                if (verdict.recheckMs !== undefined) recheck = setTimeout(judge, verdict.recheckMs);
            }
        };

        options.signal.addEventListener("abort", cancel, { once: true });
        if (options.signal.aborted) {
            cancel();
            return;
        }
        const self = {
            kind: kindOf(created),
            namespace,
            query: { fieldSelector: `metadata.name=${nameOf(created)}` },
        };
        void watchObjects(cluster, self, stop.signal, ([object]) => {
            // An event from before our own write tells nothing.
            if (object === undefined || generation(object) < generation(created)) return;
            snapshot.object = object;
            judge();
        }).catch((error: unknown) => finish(() => reject(asError(error))));
        for (const [name, related] of Object.entries(rule.related?.(created) ?? {})) {
            const target = { kind: related.kind, namespace, query: relatedQuery(related) };
            void watchObjects(cluster, target, stop.signal, (objects) => {
                snapshot.related[name] = objects;
                changedAt = Date.now();
                judge();
            }).catch(() => undefined);
        }
    });
}

function generation(object: JsonObject): number {
    return numberAt(object, "metadata", "generation") ?? 0;
}

/** A rule that can't make sense of the object (a waitFor path at a list, say) fails the wait at once. */
function judgeSafely(rule: AwaitRule, snapshot: Snapshot): Verdict {
    try {
        return rule.judge(snapshot);
    } catch (error) {
        return pending("", [asError(error).message], { failed: true });
    }
}

/** One look, as a refresh takes it: undefined if the object is ready, else why it is not. */
export async function judgeOnce(
    cluster: Cluster,
    rule: AwaitRule,
    object: JsonObject,
): Promise<string[] | undefined> {
    const related: Record<string, JsonObject[]> = {};
    await Promise.all(
        Object.entries(rule.related?.(object) ?? {}).map(async ([name, each]) => {
            const query = relatedQuery(each);
            related[name] = await cluster
                .list(each.kind, namespaceOf(object), query)
                .catch(() => []);
        }),
    );
    const snapshot: Snapshot = { object, related, quietMs: Number.POSITIVE_INFINITY };
    const verdict = judgeSafely(rule, snapshot);
    return verdict.done ? undefined : verdict.reasons;
}
