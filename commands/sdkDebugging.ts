import { Resource } from "@pulumi/pulumi";
import * as log from "@pulumi/pulumi/log";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { Message } from "google-protobuf";
import { getStore } from "./sdkStore";

type Debuggable = (promise: Promise<unknown>, context?: string) => Promise<unknown>;

/** What the SDK keeps to itself and does not declare. */
interface DebuggableModule {
    debuggablePromise: Debuggable;
    debugPromiseLeaks: boolean;
}

let isLeftOut = false;

/**
 * Things that Pulumi's SDK does for those who look for faults, and that a preview need not wait for:
 * - a stack trace for each of its promises, in case that one is never settled, which takes a quarter of a second;
 * - a stack trace for each resource, kept in the stack's state with the names of this machine's files, which nothing
 *   but `pulumi preview --json` shows;
 * - the whole of each answer, to the engine as a debug message, one after the other.
 *
 * All are done as ever when PULUMI_DEBUG_PROMISE_LEAKS is set, by which one asks for the first.
 */
export function leaveOutSdkDebugging(): void {
    const sdk: unknown = debuggable;
    if (isLeftOut || !isDebuggableModule(sdk) || sdk.debugPromiseLeaks) {
        return;
    }
    isLeftOut = true;
    sdk.debuggablePromise = tracked;
    Object.assign(Resource, { stackTrace: () => [] });
    Object.assign(log, { debug: () => Promise.resolve() });
    // The SDK makes the message's text all the same.
    Message.prototype.toString = () => "[message]";
}

/** Without a stack trace, but a promise that is never settled still is the run's failure. */
function tracked(promise: Promise<unknown>): Promise<unknown> {
    const { leakCandidates } = getStore();
    leakCandidates.add(promise);
    return promise.then(
        (value) => {
            leakCandidates.delete(promise);
            return value;
        },
        (error: unknown) => {
            leakCandidates.delete(promise);
            throw error;
        },
    );
}

function isDebuggableModule(value: unknown): value is DebuggableModule {
    return typeof value === "object" && value !== null && "debuggablePromise" in value;
}
