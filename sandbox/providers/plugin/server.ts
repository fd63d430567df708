// The gRPC server of a provider plugin. It speaks the protocol on the SDK's generated messages: the
// SDK's own `provider.main` lacks previews, timeouts, detailed diffs, configuration and cancellation.
import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Engine } from "./engine";
import type { JsonObject } from "./json";
import type { Autonaming, CheckResult, DiffKind, DiffResult, Provider } from "./provider";
import { errorResponse } from "./failure";

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

function unary<Request, Response>(
    handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        Promise.resolve(call.request)
            .then(handler)
            .then(
                (response) => callback(null, response),
                (error: unknown) => callback(errorResponse(error)),
            );
    };
}

function fromStruct(struct: Struct | undefined): JsonObject {
    return struct?.toJavaScript() ?? {};
}

function toStruct(object: JsonObject): Struct {
    return Struct.fromJavaScript(object);
}

function autonamingOf(request: messages.CheckRequest): Autonaming | undefined {
    const options = request.getAutonaming();
    if (options === undefined) return undefined;
    const { Mode } = messages.CheckRequest.AutonamingOptions;
    const mode =
        options.getMode() === Mode.DISABLE
            ? "disable"
            : options.getMode() === Mode.ENFORCE
              ? "enforce"
              : "propose";
    return { mode, proposedName: options.getProposedName() };
}

function checkResponse(result: CheckResult): messages.CheckResponse {
    const response = new messages.CheckResponse();
    response.setInputs(toStruct(result.inputs));
    for (const { property, reason } of result.failures ?? []) {
        const failure = new messages.CheckFailure();
        failure.setProperty(property ?? "");
        failure.setReason(reason);
        response.addFailures(failure);
    }
    return response;
}

const DIFF_KINDS: Record<DiffKind, messages.PropertyDiff.Kind> = {
    add: messages.PropertyDiff.Kind.ADD,
    "add-replace": messages.PropertyDiff.Kind.ADD_REPLACE,
    delete: messages.PropertyDiff.Kind.DELETE,
    "delete-replace": messages.PropertyDiff.Kind.DELETE_REPLACE,
    update: messages.PropertyDiff.Kind.UPDATE,
    "update-replace": messages.PropertyDiff.Kind.UPDATE_REPLACE,
};

function diffResponse(result: DiffResult): messages.DiffResponse {
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse();
    response.setChanges(result.changed ? DIFF_SOME : DIFF_NONE);
    response.setReplacesList(result.replaces ?? []);
    response.setDeletebeforereplace(result.deleteBeforeReplace ?? false);
    if (result.detailedDiff !== undefined) {
        response.setHasdetaileddiff(true);
        for (const [path, diff] of Object.entries(result.detailedDiff)) {
            const property = new messages.PropertyDiff();
            property.setKind(DIFF_KINDS[diff.kind]);
            property.setInputdiff(diff.inputDiff);
            response.getDetaileddiffMap().set(path, property);
        }
    }
    return response;
}

function service(provider: Provider, engine: Engine): grpc.UntypedServiceImplementation {
    const configure = async (request: messages.ConfigureRequest) => {
        await provider.configure(new Map(request.getVariablesMap().getEntryList()));
        const response = new messages.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(provider.supportsPreview);
        response.setSupportsAutonamingConfiguration(true);
        return response;
    };
    const check = async (request: messages.CheckRequest) =>
        checkResponse(
            await provider.check({
                urn: request.getUrn(),
                olds: fromStruct(request.getOlds()),
                news: fromStruct(request.getNews()),
                randomSeed: request.getRandomseed_asU8(),
                autonaming: autonamingOf(request),
            }),
        );
    const diff = async (request: messages.DiffRequest) =>
        diffResponse(
            await provider.diff({
                id: request.getId(),
                urn: request.getUrn(),
                olds: fromStruct(request.getOlds()),
                news: fromStruct(request.getNews()),
                ignoreChanges: request.getIgnorechangesList(),
            }),
        );
    const create = async (request: messages.CreateRequest) => {
        const { id, state } = await provider.create({
            urn: request.getUrn(),
            inputs: fromStruct(request.getProperties()),
            timeoutSeconds: request.getTimeout(),
            preview: request.getPreview(),
        });
        const response = new messages.CreateResponse();
        response.setId(id);
        response.setProperties(toStruct(state));
        return response;
    };
    const read = async (request: messages.ReadRequest) => {
        const result = await provider.read({
            id: request.getId(),
            urn: request.getUrn(),
            state: fromStruct(request.getProperties()),
            inputs: fromStruct(request.getInputs()),
        });
        const response = new messages.ReadResponse();
        response.setId(result.id);
        if (result.state !== undefined) response.setProperties(toStruct(result.state));
        if (result.inputs !== undefined) response.setInputs(toStruct(result.inputs));
        return response;
    };
    const update = async (request: messages.UpdateRequest) => {
        const { state } = await provider.update({
            id: request.getId(),
            urn: request.getUrn(),
            olds: fromStruct(request.getOlds()),
            inputs: fromStruct(request.getNews()),
            timeoutSeconds: request.getTimeout(),
            preview: request.getPreview(),
            ignoreChanges: request.getIgnorechangesList(),
        });
        const response = new messages.UpdateResponse();
        response.setProperties(toStruct(state));
        return response;
    };
    const remove = async (request: messages.DeleteRequest) => {
        await provider.delete({
            id: request.getId(),
            urn: request.getUrn(),
            state: fromStruct(request.getProperties()),
            timeoutSeconds: request.getTimeout(),
        });
        return new Empty();
    };
    return {
        getPluginInfo: unary(() => {
            const info = new PluginInfo();
            info.setVersion(provider.version);
            return info;
        }),
        attach: unary((request: PluginAttach) => {
            engine.attach(request.getAddress());
            return new Empty();
        }),
        cancel: unary(() => {
            provider.cancel();
            return new Empty();
        }),
        checkConfig: unary((request: messages.CheckRequest) =>
            checkResponse({ inputs: fromStruct(request.getNews()) }),
        ),
        diffConfig: unary((request: messages.DiffRequest) =>
            diffResponse(
                provider.diffConfig?.(
                    fromStruct(request.getOlds()),
                    fromStruct(request.getNews()),
                ) ?? { changed: false },
            ),
        ),
        configure: unary(configure),
        check: unary(check),
        diff: unary(diff),
        create: unary(create),
        read: unary(read),
        update: unary(update),
        delete: unary(remove),
    };
}

export interface Served {
    port: number;
    stop(): void;
}

export function serve(provider: Provider, engine: Engine): Promise<Served> {
    const server = new grpc.Server({
        // The state of a large StatefulSet is more than gRPC's default of 4 MiB allows for.
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        "grpc.enable_channelz": 0,
    });
    server.addService(ResourceProviderService, service(provider, engine));
    const stop = () => {
        provider.cancel();
        server.forceShutdown();
    };
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error === null ? resolve({ port, stop }) : reject(error),
        );
    });
}
