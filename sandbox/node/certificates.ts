import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../build/run";
import { apiServerPort, clusterDomain, kubernetesServiceAddress, nodeAddress } from "./addresses";
import type { NodeSpec } from "./nodeSpec";

const script = join(__dirname, "certificates.sh");
const inputsFile = "inputs.json";

/** Under which names and addresses the API server may be called. */
export function serverNames(node: NodeSpec): string {
    const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
    const addresses = ["127.0.0.1", nodeAddress, kubernetesServiceAddress, node.uplink.nodeAddress];
    return [
        "DNS:localhost",
        ...names.map((name) => `DNS:${name}`),
        `DNS:kubernetes.default.svc.${clusterDomain}`,
        ...addresses.map((address) => `IP:${address}`),
    ].join(",");
}

/**
 * Makes the keys unless they are there. They appear whole, by one rename; a change of what they
 * certify makes new ones.
 */
export async function ensureCertificates(
    node: NodeSpec,
    tree: string,
    directory: string,
): Promise<void> {
    const inputs = JSON.stringify({
        names: serverNames(node),
        node: node.name,
        script: await readFile(script, "utf8"),
    });
    const marker = join(directory, inputsFile);
    if (existsSync(marker) && (await readFile(marker, "utf8")) === inputs) {
        return;
    }
    const unfinished = `${directory}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    // Seen at /tmp of the tree, in a mount namespace that ends with the command.
    const enter =
        'mount --bind "$1" "$2/tmp" && cd "$2/tmp" && exec chroot "$2" /bin/bash -c "$3" "${@:4}"';
    await run("unshare", [
        "--mount",
        "bash",
        "-c",
        enter,
        "certificates",
        unfinished,
        tree,
        `cd /tmp && ${await readFile(script, "utf8")}`,
        "certificates.sh",
        node.name,
        serverNames(node),
    ]);
    await writeFile(join(unfinished, inputsFile), inputs);
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
}

/** A kubeconfig that stands alone: keys inside it, readable by its owner only. */
export async function writeKubeconfig(
    node: NodeSpec,
    keys: string,
    path: string,
    contextName: string,
): Promise<void> {
    const encoded = async (name: string) => (await readFile(join(keys, name))).toString("base64");
    const server = `https://${node.uplink.nodeAddress}:${apiServerPort}`;
    const content = {
        apiVersion: "v1",
        kind: "Config",
        "current-context": contextName,
        clusters: [
            {
                name: contextName,
                cluster: { server, "certificate-authority-data": await encoded("authority.crt") },
            },
        ],
        users: [
            {
                name: contextName,
                user: {
                    "client-certificate-data": await encoded("admin.crt"),
                    "client-key-data": await encoded("admin.key"),
                },
            },
        ],
        contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
    };
    const unfinished = `${path}.unfinished`;
    // JSON is YAML, and every reader of kubeconfigs takes it.
    await writeFile(unfinished, `${JSON.stringify(content, undefined, 4)}\n`, { mode: 0o600 });
    await rename(unfinished, path);
}
