import { testCluster } from "./cluster";
import { found, seen, until } from "./until";

// What the cluster itself writes all the time, and lists that repeat other objects.
const restless = ["events", "events.events.k8s.io", "leases.coordination.k8s.io", "nodes"];

let kinds: Promise<string> | undefined;

/** "Kind namespace/name" -> uid and version. */
export type Objects = ReadonlyMap<string, string>;

/** Every object of the cluster, in order. */
export async function everyObject(): Promise<Objects> {
    const { kubectl } = testCluster();
    kinds ??= kubectl.run(["api-resources", "--verbs=list", "-o", "name"]).then((names) =>
        names
            .split("\n")
            .filter((name) => name !== "" && !restless.includes(name))
            .join(","),
    );
    const objects = await kubectl.list(await kinds, "-A");
    return new Map(
        objects
            .map(({ kind, metadata }): [string, string] => [
                `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
                `${metadata.uid} ${metadata.resourceVersion}`,
            ])
            .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
}

/** The same once Kubernetes' controllers are done with what came before: when two looks saw the same. */
export async function settledObjects(): Promise<Objects> {
    let last = new Map() as Objects;
    return until("all objects are as they were a moment ago", 60, async () => {
        const before = last;
        last = await everyObject();
        await new Promise((resolve) => setTimeout(resolve, 1000));
        const moving = [...touched(before, last), ...newIn(last, before).keys()];
        return moving.length === 0 ? found(last) : seen(moving.join(", "));
    });
}

/** What is there now and was not. */
export function newIn(objects: Objects, before: Objects): Objects {
    return new Map([...objects].filter(([name]) => !before.has(name)));
}

/** Names of the objects that are gone, others, or changed; none, then, where nothing was touched. */
export function touched(before: Objects, after: Objects): string[] {
    return [...before]
        .filter(([name, version]) => after.get(name) !== version)
        .map(([name]) => name);
}
