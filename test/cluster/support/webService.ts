import type { StatefulServiceArgs } from "../../../components/statefulService";
import { StatefulService } from "../../../components/statefulService";
import { testCluster } from "./cluster";
import { declare, must, namespace } from "./pluginStack";

// A StatefulService `web` on the test cluster, its Pods, and which template each of them has.

const image = "sandbox.local/mysql:9.7";
export const badImage = "sandbox.local/nope:1";
export const pullFailure = /ErrImagePull|ImagePullBackOff|ErrImageNeverPull/;

/**
 * Three Pods, named v1 by an annotation of theirs. A wait that can't end well ends soon. They have no probe: where a
 * Pod is stopped while a command of a probe begins in it, containerd 1.7 holds its end back for 30 seconds.
 */
export function web(
    args: Partial<StatefulServiceArgs> = {},
    version = "v1",
    containerImage = image,
) {
    const timeout = containerImage === badImage ? "12s" : "60s";
    return new StatefulService(
        "web",
        {
            namespace,
            name: "web",
            replicas: 3,
            ports: [{ name: "http", port: 80, targetPort: 8080 }],
            podAnnotations: { version },
            podSpec: {
                securityContext: { runAsUser: 999 },
                terminationGracePeriodSeconds: 1,
                containers: [
                    {
                        name: "main",
                        image: containerImage,
                        command: ["bash", "-c", "trap exit TERM; sleep infinity & wait"],
                    },
                ],
            },
            ...args,
        },
        {
            transforms: [
                ({ props, opts }) => ({
                    props,
                    opts: { ...opts, customTimeouts: { create: timeout, update: timeout } },
                }),
            ],
        },
    );
}

/** What the next run's program holds. */
export function declareWeb(...params: Parameters<typeof web>): void {
    declare(() => void web(...params));
}

export const rolling = (partition: number): Partial<StatefulServiceArgs> => ({
    updateStrategy: { type: "RollingUpdate", partition },
});

export interface Pod {
    version: string;
    uid: string;
}

export async function pods(): Promise<Record<string, Pod>> {
    const found = await testCluster().kubectl.list("pods", "-n", namespace);
    const mine = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return Object.fromEntries(
        mine.map(({ metadata: { name, annotations, uid } }) => [
            name,
            { version: annotations?.["version"] ?? "", uid },
        ]),
    );
}

export async function versions(): Promise<string> {
    const found = Object.entries(await pods());
    return found.map(([name, { version }]) => `${name} ${version}`).join(", ");
}

/** Names of the Pods that are others than before, or gone. */
export async function replaced(before: Record<string, Pod>): Promise<string[]> {
    const after = await pods();
    return Object.keys(before).filter((name) => before[name]?.uid !== after[name]?.uid);
}

export async function startAnew(...params: Parameters<typeof web>): Promise<void> {
    declare(() => undefined);
    await must("up");
    declareWeb(...params);
    await must("up");
}
