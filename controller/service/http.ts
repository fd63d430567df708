import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Metrics } from "./metrics";

/**
 * GET /healthz (200 while the process goes round, leading or not) and GET /metrics, in Prometheus' format.
 */
export function serve(port: number, metrics: Metrics, isWell: () => boolean): Server {
    return createServer((request, response) => {
        if (request.url === "/healthz") {
            const well = isWell();
            response
                .writeHead(well ? 200 : 503)
                .end(well ? "ok\n" : "it hasn't gone round for too long\n");
            return;
        }
        if (request.url === "/metrics") {
            metrics.registry.metrics().then(
                (text) =>
                    response
                        .writeHead(200, { "content-type": metrics.registry.contentType })
                        .end(text),
                (error: unknown) => response.writeHead(500).end(String(error)),
            );
            return;
        }
        response.writeHead(404).end();
    }).listen(port);
}
