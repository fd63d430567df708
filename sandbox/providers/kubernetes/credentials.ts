// TLS material and tokens of a kubeconfig's cluster and user.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { SecureContextOptions } from "node:tls";
import {
    at,
    objectAt,
    objectsAt,
    parseObject,
    textAt,
    textsAt,
    type JsonObject,
} from "../plugin/json";
import type { Connection } from "./kubeconfig";

export interface Credentials {
    tls: SecureContextOptions & { rejectUnauthorized?: boolean; servername?: string };
    /** The Authorization header; undefined where a client certificate or nothing identifies us. */
    authorization?: string;
}

/** `<key>-data` holds the file itself in base64, `<key>` names it. */
function fileOf(body: JsonObject, key: string): Buffer | undefined {
    const data = textAt(body, `${key}-data`);
    if (data !== "") return Buffer.from(data, "base64");
    const path = textAt(body, key);
    return path === "" ? undefined : readFileSync(path);
}

/** Runs the command that the kubeconfig names for credentials (client.authentication.k8s.io). */
async function execCredential(exec: JsonObject): Promise<JsonObject> {
    const command = textAt(exec, "command");
    const environment = objectsAt(exec, "env").map((entry) => [
        textAt(entry, "name"),
        textAt(entry, "value"),
    ]);
    const info = {
        apiVersion: textAt(exec, "apiVersion") || "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        spec: { interactive: false },
    };
    const { stdout } = await promisify(execFile)(command, textsAt(exec, "args"), {
        env: {
            ...process.env,
            ...(Object.fromEntries(environment) as Record<string, string>),
            KUBERNETES_EXEC_INFO: JSON.stringify(info),
        },
    });
    return objectAt(parseObject(stdout, `the output of ${command}`), "status") ?? {};
}

export async function credentialsOf({ cluster, user }: Connection): Promise<Credentials> {
    const exec = objectAt(user, "exec");
    const status = exec === undefined ? {} : await execCredential(exec);
    const tokenFile = textAt(user, "tokenFile");
    const token =
        textAt(status, "token") ||
        (tokenFile === "" ? textAt(user, "token") : readFileSync(tokenFile, "utf8").trim());
    const basic = Buffer.from(`${textAt(user, "username")}:${textAt(user, "password")}`);
    return {
        tls: {
            ca: fileOf(cluster, "certificate-authority"),
            cert: textAt(status, "clientCertificateData") || fileOf(user, "client-certificate"),
            key: textAt(status, "clientKeyData") || fileOf(user, "client-key"),
            rejectUnauthorized: at(cluster, "insecure-skip-tls-verify") !== true,
            servername: textAt(cluster, "tls-server-name") || undefined,
        },
        authorization:
            token !== ""
                ? `Bearer ${token}`
                : textAt(user, "username") !== ""
                  ? `Basic ${basic.toString("base64")}`
                  : undefined,
    };
}
