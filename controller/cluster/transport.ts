import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createConfiguration } from "@kubernetes/client-node/dist/gen/configuration.js";
import type { RequestContext } from "@kubernetes/client-node/dist/gen/http/http.js";
import {
    ResponseContext,
    SelfDecodingBody,
    wrapHttpLibrary,
} from "@kubernetes/client-node/dist/gen/http/http.js";
import { ServerConfiguration } from "@kubernetes/client-node/dist/gen/servers.js";
import { ObjectApi } from "./objectApi";

// The official client with a transport of our own. Its index would bring in kubeconfigs, exec, web sockets and an HTTP
// client that Node.js 20 can't load.

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/** @param credentials the directory with the files `token`, which the kubelet renews, and `ca.crt`. */
export function connectApi(
    url: string,
    timeoutMs: number,
    credentials: string = serviceAccount,
): ObjectApi {
    const agent = new Agent({ keepAlive: true, ca: readFileSync(join(credentials, "ca.crt")) });
    const send = (context: RequestContext) => {
        const token = readFileSync(join(credentials, "token"), "utf8").trim();
        context.setHeaderParam("Authorization", `Bearer ${token}`);
        return sendOver(agent, context, AbortSignal.timeout(timeoutMs));
    };
    return new ObjectApi(
        createConfiguration({
            baseServer: new ServerConfiguration(url, {}),
            httpApi: wrapHttpLibrary({ send }),
        }),
    );
}

/** The API server of the cluster that this Pod is in, as the kubelet names it. */
export function inClusterUrl(environment: NodeJS.ProcessEnv): string {
    const host = environment["KUBERNETES_SERVICE_HOST"] ?? "kubernetes.default.svc";
    const port = environment["KUBERNETES_SERVICE_PORT"] ?? "443";
    return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function sendOver(
    agent: Agent,
    context: RequestContext,
    signal: AbortSignal,
): Promise<ResponseContext> {
    return new Promise((resolve, reject) => {
        const given = context.getBody();
        // JSON always: the client sends forms nowhere in these APIs.
        const body = Buffer.from(typeof given === "string" ? given : "");
        // Node.js tells the length by itself, but not that of a DELETE, whose body would be taken for the next request.
        const headers = { ...context.getHeaders(), "content-length": String(body.length) };
        const call = request(
            context.getUrl(),
            { agent, signal, method: context.getHttpMethod(), headers },
            (response) => {
                text(response)
                    .then((body) => resolve(answer(response, body)))
                    .catch(reject);
            },
        );
        call.on("error", reject);
        call.end(body);
    });
}

function answer({ statusCode = 0, headers }: IncomingMessage, body: string): ResponseContext {
    const named = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    return new ResponseContext(
        statusCode,
        Object.fromEntries(named) as Record<string, string>,
        new SelfDecodingBody(Promise.resolve(Buffer.from(body))),
    );
}
