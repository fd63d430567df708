import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

type Debuggable = (promise: Promise<unknown>, context?: string) => Promise<unknown>;

/** What the SDK keeps to itself and does not declare. */
interface DebuggableModule {
    debuggablePromise: Debuggable;
    debugPromiseLeaks: boolean;
}

let areLeftOut = false;

/**
 * Pulumi's SDK takes a stack trace for each of its promises, in case that one is never settled. With source
 * maps that costs a run of the program a quarter of a second, for nothing. Who looks for a lost promise sets
 * PULUMI_DEBUG_PROMISE_LEAKS, and then they are taken.
 */
export function leaveOutPromiseStacks(): void {
    const sdk: unknown = debuggable;
    if (areLeftOut || !isDebuggableModule(sdk) || sdk.debugPromiseLeaks) {
        return;
    }
    areLeftOut = true;
    const withStack = sdk.debuggablePromise;
    sdk.debuggablePromise = (promise, context) => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        try {
            return withStack(promise, context);
        } finally {
            Error.stackTraceLimit = limit;
        }
    };
}

function isDebuggableModule(value: unknown): value is DebuggableModule {
    return typeof value === "object" && value !== null && "debuggablePromise" in value;
}
