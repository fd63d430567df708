import * as sdkServer from "@pulumi/pulumi/automation/server";
import * as sdkSettings from "@pulumi/pulumi/runtime/settings";

/** A program that says whether it ran to its end. */
export interface EndingProgram {
    hasEnded: boolean;
}

interface RunResponse {
    getError(): string;
    setError(text: string): void;
}
type Answer = (error: Error | null | undefined, response?: RunResponse) => void;

type Run = (this: { program: Partial<EndingProgram> }, call: unknown, answer: Answer) => unknown;

// What the SDK keeps to itself and does not declare.
const { LanguageServer } = sdkServer as unknown as {
    LanguageServer: { prototype: { run: Run } };
};
const { grpcClientOptions } = sdkSettings as unknown as {
    grpcClientOptions: Record<string, unknown>;
};

let isMended = false;

/**
 * Mends what can make the Automation API's engine delete a whole stack in silence. When a program's connection to the
 * engine fails, the SDK drops the error (LanguageServer.run in automation/server.js drops every error that isGrpcError),
 * reports success, and the engine deletes all that it was not told of. Now
 * - a program that has not run to its end is a failure;
 * - no connection shares another run's state: one to a port of an engine that ended would be refused for a while when
 *   the next engine happens to get the same port (https://grpc.github.io/grpc/core/md_doc_connection-backoff.html).
 */
export function mendInlineRuns(): void {
    if (isMended) {
        return;
    }
    isMended = true;
    grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

    const { run } = LanguageServer.prototype;
    LanguageServer.prototype.run = function (call, answer) {
        const { program } = this;
        if (program.hasEnded !== undefined) {
            program.hasEnded = false;
        }
        return run.call(this, call, (error, response) => {
            if (program.hasEnded === false && response?.getError() === "") {
                response.setError(lostEngine);
            }
            const isLost = /: (14 UNAVAILABLE|1 CANCELLED)\b/.test(error?.message ?? "");
            answer(isLost ? new Error(lostEngine) : error, response);
        });
    };
}

export const lostEngine =
    "The program lost its connection to the Pulumi engine before it had declared its resources. Nothing was deleted " +
    "because of that. Run the command again.";
