import { testCluster } from "./cluster";
import { found, seen, until } from "./until";

// What the controller of the cluster "mysql" in a namespace tells: Events, metrics, the truth.

export interface Told {
    readonly type: string;
    readonly reason: string;
    readonly message: string;
}

/** Waits until it has told that of the StatefulSet, at or after that moment. */
export function untilEvent(
    namespace: string,
    since: number,
    reason: string,
    message: RegExp,
): Promise<Told> {
    return until(`the Event ${reason} ${String(message)}`, 20, async () => {
        const told = await eventsOf(namespace, since);
        const event = told.find((each) => each.reason === reason && message.test(each.message));
        return event === undefined ? seen(JSON.stringify(told.slice(-5))) : found(event);
    });
}

interface KubeEvent extends Told {
    readonly involvedObject: { readonly kind: string; readonly name: string };
    readonly firstTimestamp: string;
}

async function eventsOf(namespace: string, since: number): Promise<Told[]> {
    const events = await testCluster().kubectl.list("events", "-n", namespace);
    return (events as unknown as KubeEvent[])
        .filter(
            ({ involvedObject: { kind, name }, firstTimestamp }) =>
                kind === "StatefulSet" &&
                name === "mysql" &&
                // It has no fractions.
                Date.parse(firstTimestamp) > since - 1_000,
        )
        .map(({ type, reason, message }) => ({ type, reason, message }));
}

/** What the controller that leads has at /metrics. */
export class ControllerMetrics {
    static async read(namespace: string): Promise<ControllerMetrics> {
        const { kubectl } = testCluster();
        const lease = await kubectl.get("lease", "mysql-controller", namespace);
        const path = `/api/v1/namespaces/${namespace}/pods/${String(lease?.spec["holderIdentity"])}:8080`;
        return new ControllerMetrics(await kubectl.run(["get", "--raw", `${path}/proxy/metrics`]));
    }

    private constructor(private readonly text: string) {}

    /** Undefined when it isn't told. */
    value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
        const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
        const line = this.text
            .split("\n")
            .find(
                (each) =>
                    /^\w*/.exec(each)?.[0] === `mysql_cluster_${name}` &&
                    wanted.every((label) => each.includes(label)),
            );
        return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ") + 1));
    }
}

/** The key `truth` as it stands there; undefined when there is none. */
export async function truthText(namespace: string): Promise<string | undefined> {
    const topology = await testCluster().kubectl.get("configmap", "mysql-topology", namespace);
    return topology?.data?.["truth"];
}
