// Finds the cluster that the settings name and whether it answers.
import { ApiClient } from "./client";
import { Cluster } from "./cluster";
import type { Settings } from "./configuration";
import { Discovery } from "./discovery";
import { messageOf } from "./errors";
import {
    ambientKubeconfig,
    connectionOf,
    parseKubeconfig,
    type Connection,
    type Kubeconfig,
} from "./kubeconfig";

const SETUP = "https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/";

export interface Target {
    cluster?: Cluster;
    defaultNamespace: string;
    /** Asks the cluster when it is called first. Undefined when that answered; else why it can't be used. */
    unreachable: () => Promise<string | undefined>;
}

function unusable(settings: Settings, reason: string): Target {
    return {
        defaultNamespace: settings.namespace || "default",
        unreachable: () => Promise.resolve(reason),
    };
}

async function probed({ discovery }: Cluster): Promise<string | undefined> {
    try {
        await discovery.probe();
        return undefined;
    } catch (error) {
        return `unable to load schema information from the API server: ${messageOf(error)}`;
    }
}

/** Does not connect yet, since a preview without changes never asks the cluster. */
export function connect(settings: Settings, environment: NodeJS.ProcessEnv): Target {
    let kubeconfig: Kubeconfig;
    let connection: Connection;
    try {
        kubeconfig =
            settings.kubeconfig === ""
                ? ambientKubeconfig(environment)
                : parseKubeconfig(settings.kubeconfig);
    } catch (error) {
        const setting = "`kubernetes:config:kubeconfig`";
        return unusable(
            settings,
            `failed to parse kubeconfig data in ${setting}- ${messageOf(error)}`,
        );
    }
    try {
        connection = connectionOf(kubeconfig, settings.selection);
    } catch (error) {
        return unusable(
            settings,
            "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
                ` \t • set up the provider as per ${SETUP} \n\n ${messageOf(error)}`,
        );
    }
    const client = new ApiClient(connection);
    const cluster = new Cluster(client, new Discovery(client));
    let answer: Promise<string | undefined> | undefined;
    return {
        cluster,
        defaultNamespace: settings.namespace || connection.namespace,
        unreachable: () => (answer ??= probed(cluster)),
    };
}
