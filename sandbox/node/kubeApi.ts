import { Agent, request } from "node:https";

/** The few calls that the sandbox itself makes to its API server. */
export interface KubeApi {
    get(path: string): Promise<ApiAnswer>;
    /** Server-side apply; `path` names the object. */
    apply(path: string, object: object): Promise<ApiAnswer>;
    close(): void;
}

export interface ApiAnswer {
    status: number;
    body: string;
}

export interface ApiAccess {
    host: string;
    port: number;
    authority: string;
    certificate: string;
    key: string;
}

const timeout = 2000;

export function kubeApi(access: ApiAccess): KubeApi {
    const agent = new Agent({
        keepAlive: true,
        ca: access.authority,
        cert: access.certificate,
        key: access.key,
    });
    const call = (method: string, path: string, body?: object) =>
        new Promise<ApiAnswer>((resolve, reject) => {
            const headers =
                body === undefined ? {} : { "content-type": "application/apply-patch+yaml" };
            const sent = request(
                { agent, host: access.host, port: access.port, method, path, headers, timeout },
                (answer) => {
                    let text = "";
                    answer.setEncoding("utf8").on("data", (part: string) => {
                        text += part;
                    });
                    answer.on("end", () => {
                        resolve({ status: answer.statusCode ?? 0, body: text });
                    });
                    answer.on("error", reject);
                },
            );
            sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
            sent.on("error", reject);
            sent.end(body === undefined ? undefined : JSON.stringify(body));
        });
    return {
        get: (path) => call("GET", path),
        apply: (path, object) =>
            call("PATCH", `${path}?fieldManager=mysql-nfs-sandbox&force=true`, object),
        close: () => {
            agent.destroy();
        },
    };
}
