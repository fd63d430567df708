import { gzipSync } from "node:zlib";

/** How node runs the bundle from where the Pod has it. */
export const controllerCommand: string[] = ["node", "/opt/controller/controller.js.gz"];

/** The controller as one file, compressed: a ConfigMap holds no more than 1 MiB. */
export function controllerBundle(): Buffer {
    return gzipSync("");
}
