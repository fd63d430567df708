import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { createProgress } from "../sandbox/build/progress";
import type { Cluster } from "./cluster";
import { endpointsOf } from "./outputs";
import { prepare, reportErrors } from "./run";
import { clientArguments, clientInput, parseSqlArguments, sqlUsage } from "./sqlClient";
import { UserError } from "./userError";

async function main(): Promise<void> {
    const words = parseSqlArguments(process.argv.slice(2), process.env);
    if (words === undefined) {
        console.log(sqlUsage);
        return;
    }
    const { cluster, stack } = await prepare({}, words, createProgress());
    const endpoints = endpointsOf(await stack.automation.outputs());
    if (endpoints === undefined) {
        throw new UserError(`Stack "${words.stackName}" is not up. Bring it up by npm start.`);
    }
    const { namespace, secretName } = endpoints;
    const get = ["get", "secret", secretName, "-n", namespace, "-o", "jsonpath={.data.password}"];
    const password = Buffer.from(await kubectl(cluster, get), "base64");
    await runClient(cluster, clientArguments(endpoints, words.endpoint), [password, words.sql]);
}

async function kubectl(cluster: Cluster, args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(cluster.kubectlProgram, [
        ...["--kubeconfig", cluster.kubeconfigPath],
        ...args,
    ]).catch((error: unknown) => {
        throw new UserError(error instanceof Error ? error.message : String(error));
    });
    return stdout;
}

/** The client prints its answer, or its error, by itself. */
async function runClient(
    cluster: Cluster,
    args: readonly string[],
    [password, sql]: readonly [Buffer, string],
): Promise<void> {
    const child = spawn(cluster.kubectlProgram, ["--kubeconfig", cluster.kubeconfigPath, ...args], {
        stdio: ["pipe", "inherit", "inherit"],
    });
    // A client that ends early doesn't read to the end.
    child.stdin.on("error", () => undefined).end(clientInput(password, sql));
    const [code] = (await once(child, "close")) as [number | null];
    process.exitCode = code ?? 1;
}

void reportErrors(main);
