import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createConfiguration } from "@kubernetes/client-node/dist/gen/configuration.js";
import type { Configuration } from "@kubernetes/client-node/dist/gen/configuration.js";
import type { RequestContext } from "@kubernetes/client-node/dist/gen/http/http.js";
import {
    ResponseContext,
    SelfDecodingBody,
    wrapHttpLibrary,
} from "@kubernetes/client-node/dist/gen/http/http.js";
import { ServerConfiguration } from "@kubernetes/client-node/dist/gen/servers.js";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const timeoutMs = 3_000;

/**
 * For the official client's generated classes: the API server as a Pod reaches it. Of the rest of that client, which knows
 * kubeconfigs and plugins of clouds, nothing is needed, and its HTTP library wants a newer Node.js than images may have.
 */
export function inCluster(variables: NodeJS.ProcessEnv = process.env): Configuration {
    const host = variables["KUBERNETES_SERVICE_HOST"] ?? "";
    const port = variables["KUBERNETES_SERVICE_PORT"] ?? "443";
    const url = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
    const agent = new Agent({ keepAlive: true, ca: readFileSync(`${account}/ca.crt`) });
    return createConfiguration({
        baseServer: new ServerConfiguration(url, {}),
        httpApi: wrapHttpLibrary({ send: (context) => send(context, agent) }),
    });
}

function send(context: RequestContext, agent: Agent): Promise<ResponseContext> {
    return new Promise((resolve, reject) => {
        const options = {
            agent,
            method: context.getHttpMethod(),
            // Read anew each time: the kubelet renews it.
            headers: {
                ...context.getHeaders(),
                authorization: `Bearer ${readFileSync(`${account}/token`, "utf8")}`,
            },
            signal: AbortSignal.timeout(timeoutMs),
        };
        const call = request(context.getUrl(), options, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () => {
                const headers = Object.entries(response.headers).map(
                    ([name, value]): [string, string] => [name, String(value)],
                );
                const body = new SelfDecodingBody(Promise.resolve(Buffer.concat(chunks)));
                const status = response.statusCode ?? 0;
                resolve(new ResponseContext(status, Object.fromEntries(headers), body));
            });
        });
        call.on("error", reject);
        call.end(context.getBody());
    });
}
