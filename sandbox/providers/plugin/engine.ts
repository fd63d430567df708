// Messages to the engine: lines that stay (log) and lines that only show while a resource is busy (status).
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "debug" | "info" | "warning" | "error";

const SEVERITIES: Record<Severity, LogSeverity> = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
    error: LogSeverity.ERROR,
};

/** The engine's address comes last, after whatever flags of its own it hands on. */
export function engineAddress(words: string[]): string | undefined {
    const last = words.at(-1);
    return last !== undefined && /^[^-].*:\d+$/.test(last) ? last : undefined;
}

export class Engine {
    private client?: EngineClient;
    private readonly lastStatus = new Map<string, string>();

    constructor(private address: string | undefined) {}

    attach(address: string): void {
        this.address = address;
        this.client = undefined;
    }

    log(severity: Severity, urn: string, message: string): void {
        this.send(severity, urn, message, false);
    }

    /** Shown while the operation runs; the same line twice in a row is sent once. */
    status(urn: string, message: string, severity: Severity = "info"): void {
        if (this.lastStatus.get(urn) === message) return;
        this.lastStatus.set(urn, message);
        this.send(severity, urn, message, true);
    }

    clearStatus(urn: string): void {
        if (this.lastStatus.delete(urn)) this.send("info", urn, "", true);
    }

    private send(severity: Severity, urn: string, message: string, ephemeral: boolean): void {
        if (this.address === undefined) return;
        this.client ??= new EngineClient(this.address, grpc.credentials.createInsecure(), {
            "grpc.enable_channelz": 0,
        });
        const request = new LogRequest();
        request.setSeverity(SEVERITIES[severity]);
        request.setUrn(urn);
        request.setMessage(message);
        request.setEphemeral(ephemeral);
        // A message that does not arrive must never fail the operation it tells about.
        this.client.log(request, () => undefined);
    }
}
