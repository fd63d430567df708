// Runs a plugin through the requests of an ordinary update, once, while it is built: V8 then has compiled
// what a real run needs, and keeps it (see launch.ts). Nothing is reached and nothing is changed by it.
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JsonObject } from "./json";

export interface Sample {
    type: string;
    news: JsonObject;
    /** The state to compare with. */
    olds: JsonObject;
}

export interface WarmUp {
    /** Provider configuration, by full keys. */
    variables: Record<string, string>;
    samples: Sample[];
}

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** Failures are as good as answers here: the code has run. */
function done<Response>(
    call: (callback: Callback<Response>) => void,
): Promise<Response | undefined> {
    return new Promise((resolve) =>
        call((error, response) => resolve(error === null ? response : undefined)),
    );
}

async function run(client: ResourceProviderClient, sample: Sample): Promise<void> {
    const urn = `urn:pulumi:stack::project::${sample.type}::name`;
    const check = new messages.CheckRequest();
    check.setUrn(urn);
    check.setNews(Struct.fromJavaScript(sample.news));
    const checked = await done<messages.CheckResponse>((callback) => client.check(check, callback));
    const inputs = checked?.getInputs() ?? Struct.fromJavaScript(sample.news);

    const diff = new messages.DiffRequest();
    diff.setUrn(urn);
    diff.setOlds(Struct.fromJavaScript(sample.olds));
    diff.setNews(inputs);
    await done<messages.DiffResponse>((callback) => client.diff(diff, callback));

    const create = new messages.CreateRequest();
    create.setUrn(urn);
    create.setProperties(inputs);
    create.setPreview(true);
    await done<messages.CreateResponse>((callback) => client.create(create, callback));
}

export async function warmUp(port: number, { variables, samples }: WarmUp): Promise<void> {
    const client = new ResourceProviderClient(
        `127.0.0.1:${port}`,
        grpc.credentials.createInsecure(),
    );
    const configure = new messages.ConfigureRequest();
    for (const [key, value] of Object.entries(variables)) {
        configure.getVariablesMap().set(key, value);
    }
    await done<messages.ConfigureResponse>((callback) => client.configure(configure, callback));
    for (const sample of samples) await run(client, sample);
}
