// HTTP to the API server: one HTTP/2 connection for every request and watch, so that a program of thirty
// resources pays for one TLS handshake.
import * as http2 from "node:http2";
import { parseObject, type Json, type JsonObject } from "../plugin/json";
import { credentialsOf, type Credentials } from "./credentials";
import { ApiError, asError, ConnectionError, messageOf } from "./errors";
import type { Connection } from "./kubeconfig";

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;
const THROTTLED_RETRIES = 5;
const PING_EVERY_MS = 15_000;

export type Query = Record<string, string>;

export interface Request {
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    path: string;
    query?: Query;
    body?: Json;
    contentType?: string;
}

interface Response {
    code: number;
    retryAfterSeconds: number;
    text: string;
}

export class ApiClient {
    private session?: Promise<http2.ClientHttp2Session>;
    private credentials?: Promise<Credentials>;

    constructor(private readonly connection: Connection) {}

    async request(request: Request): Promise<JsonObject> {
        for (let attempt = 0; ; attempt++) {
            const response = await this.send(request);
            if (response.code === 429 && attempt < THROTTLED_RETRIES) {
                await delay(1_000 * Math.max(1, response.retryAfterSeconds));
                continue;
            }
            if (response.code === 401 && attempt === 0) {
                // A token may have run out since it was asked for.
                this.credentials = undefined;
                this.session = undefined;
                continue;
            }
            if (response.code >= 400) throw refusal(response);
            return response.text === ""
                ? {}
                : parseObject(response.text, `answer of ${request.path}`);
        }
    }

    /** Calls back with every event of a watch until the server ends it or the signal fires. */
    async watch(
        path: string,
        query: Query,
        signal: AbortSignal,
        onEvent: (event: JsonObject) => void,
        onOpen: () => void = () => undefined,
    ): Promise<void> {
        const stream = await this.open({ method: "GET", path, query: { ...query, watch: "1" } });
        const abort = () => stream.close(http2.constants.NGHTTP2_CANCEL);
        signal.addEventListener("abort", abort, { once: true });
        try {
            if (signal.aborted) return;
            const code = await responseCode(stream);
            if (code >= 400)
                throw refusal({ code, retryAfterSeconds: 0, text: await textOf(stream) });
            onOpen();
            await forEachLine(stream, (line) => onEvent(parseObject(line, `event of ${path}`)));
        } catch (error) {
            if (!signal.aborted) throw error;
        } finally {
            signal.removeEventListener("abort", abort);
            stream.close(http2.constants.NGHTTP2_CANCEL);
        }
    }

    private async send(request: Request): Promise<Response> {
        const stream = await this.open(request);
        stream.setTimeout(REQUEST_TIMEOUT_MS, () =>
            stream.destroy(new Error(`no answer in ${REQUEST_TIMEOUT_MS / 1_000} s`)),
        );
        try {
            const headers = await responseHeaders(stream);
            return {
                code: headers[":status"] ?? 0,
                retryAfterSeconds: Number(headers["retry-after"] ?? 0),
                text: await textOf(stream),
            };
        } catch (error) {
            const url = `${this.connection.server}${request.path}`;
            throw new ConnectionError(`${request.method} "${url}": ${messageOf(error)}`);
        }
    }

    private async open(request: Request): Promise<http2.ClientHttp2Stream> {
        const url = new URL(this.connection.server);
        const query = new URLSearchParams(request.query ?? {}).toString();
        try {
            this.credentials ??= credentialsOf(this.connection);
            const { authorization } = await this.credentials;
            const session = await this.connect();
            const body = request.body === undefined ? undefined : JSON.stringify(request.body);
            const stream = session.request(
                {
                    ":method": request.method,
                    ":path":
                        url.pathname.replace(/\/$/, "") + request.path + (query && `?${query}`),
                    accept: "application/json",
                    "user-agent": "pulumi-kubernetes-stand-in",
                    ...(authorization === undefined ? {} : { authorization }),
                    ...(body === undefined
                        ? {}
                        : { "content-type": request.contentType ?? "application/json" }),
                },
                { endStream: body === undefined },
            );
            // Every waiting party hears of an error by its own listener; this one keeps it from being thrown.
            stream.on("error", () => undefined);
            if (body !== undefined) stream.end(body);
            return stream;
        } catch (error) {
            const shown = `${request.method} "${this.connection.server}${request.path}"`;
            throw new ConnectionError(`${shown}: ${messageOf(error)}`);
        }
    }

    private async connect(): Promise<http2.ClientHttp2Session> {
        this.session ??= this.dial();
        const dialled = this.session;
        const forget = () => {
            if (this.session === dialled) this.session = undefined;
        };
        try {
            const session = await dialled;
            if (!session.closed && !session.destroyed) return session;
        } catch (error) {
            forget();
            throw error;
        }
        forget();
        return this.connect();
    }

    private async dial(): Promise<http2.ClientHttp2Session> {
        this.credentials ??= credentialsOf(this.connection);
        const { tls } = await this.credentials;
        return new Promise((resolve, reject) => {
            const session = http2.connect(this.connection.server, tls);
            const timer = setTimeout(
                () =>
                    session.destroy(new Error(`no connection in ${CONNECT_TIMEOUT_MS / 1_000} s`)),
                CONNECT_TIMEOUT_MS,
            );
            session.once("connect", () => {
                clearTimeout(timer);
                // An idle connection must not keep a plugin alive whose engine is gone.
                session.unref();
                keepHonest(session);
                resolve(session);
            });
            session.on("error", (error) => {
                clearTimeout(timer);
                reject(asError(error));
            });
        });
    }
}

/** Ends a connection whose other side has vanished without a word, so that watches are opened anew. */
function keepHonest(session: http2.ClientHttp2Session): void {
    let unanswered = 0;
    const timer = setInterval(() => {
        if (unanswered === 2) session.destroy(new Error("the API server does not answer any more"));
        if (session.destroyed) return;
        unanswered++;
        session.ping(() => (unanswered = 0));
    }, PING_EVERY_MS).unref();
    session.once("close", () => clearInterval(timer));
}

function refusal(response: Response): ApiError {
    try {
        return ApiError.fromStatus(parseObject(response.text, "status"), response.code);
    } catch {
        const text = response.text.trim().slice(0, 500);
        return new ApiError(text || `HTTP ${response.code}`, response.code, "");
    }
}

export function delay(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function responseHeaders(
    stream: http2.ClientHttp2Stream,
): Promise<http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader> {
    return new Promise((resolve, reject) => {
        stream.once("response", resolve);
        stream.once("error", reject);
        stream.once("close", () => reject(new Error("the connection was closed")));
    });
}

async function responseCode(stream: http2.ClientHttp2Stream): Promise<number> {
    return (await responseHeaders(stream))[":status"] ?? 0;
}

async function textOf(stream: http2.ClientHttp2Stream): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
}

async function forEachLine(
    stream: http2.ClientHttp2Stream,
    onLine: (line: string) => void,
): Promise<void> {
    stream.setEncoding("utf8");
    let rest = "";
    for await (const chunk of stream) {
        const lines = (rest + (chunk as string)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") onLine(line);
    }
}
