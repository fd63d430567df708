// Errors as gRPC carries them. A resource that exists without being ready travels with its state in the
// status details, where the engine looks for it.
import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JsonObject } from "./json";
import { InitializationFailure } from "./provider";

function struct(object: JsonObject): Struct {
    return Struct.fromJavaScript(object);
}

function initializationDetails(failure: InitializationFailure): grpc.Metadata {
    const detail = new ErrorResourceInitFailed();
    detail.setId(failure.id);
    detail.setProperties(struct(failure.state));
    detail.setReasonsList(failure.reasons);
    if (failure.inputs !== undefined) detail.setInputs(struct(failure.inputs));
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(failure.message);
    status.addDetails(any);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return metadata;
}

export function errorResponse(error: unknown): Partial<grpc.StatusObject> {
    const details = error instanceof Error ? error.message : String(error);
    if (error instanceof InitializationFailure) {
        return { code: grpc.status.UNKNOWN, details, metadata: initializationDetails(error) };
    }
    return { code: grpc.status.UNKNOWN, details };
}
