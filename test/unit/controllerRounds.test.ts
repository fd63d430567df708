import assert from "node:assert/strict";
import { truthData } from "../../controller/cluster/objects";
import { Freshness } from "../../controller/freshness";
import type { ServerSeen } from "../../controller/observation";
import type { Event } from "../../controller/plan";
import { Readers } from "../../controller/readers";
import { pauses, Rounds } from "../../controller/rounds";
import type { Servers } from "../../controller/servers/servers";
import { Metrics } from "../../controller/service/metrics";
import { Reporter } from "../../controller/service/reporter";
import { defaultSettings } from "../../controller/settings";
import { primary, replica, seen } from "../simulation/world/cases";

const conflict = new Error("the object has been modified");

/** A cluster of three whose servers say this, and whose API server refuses what is named. */
function rounds(answers: Record<string, ServerSeen>, refused: "truth" | "labels" | "nothing") {
    const { truth, pods } = seen();
    const refuse = <T>(what: string, result: T) =>
        what === refused ? Promise.reject(conflict) : Promise.resolve(result);
    const told: Event[] = [];
    const metrics = new Metrics();
    const log = { info: () => undefined, warn: () => undefined };
    const send = (event: Event) => Promise.resolve(void told.push(event));
    const data = truthData(truth ?? assert.fail("there is a truth"), {}) as Record<string, string>;
    const now = () => 100_000;
    const each = new Rounds({
        environment: { settings: defaultSettings, databaseName: "app" },
        cluster: {
            readTopology: () => Promise.resolve({ data }),
            readDeclared: () => Promise.resolve({ data: { pods: "3", wanted: "3" } }),
            readStatefulSet: () => Promise.resolve(undefined),
            listPods: () =>
                Promise.resolve(
                    Object.entries(pods).map(([name, { uid, labels }]) => ({
                        metadata: {
                            name,
                            uid,
                            labels: {
                                role: labels.role ?? "",
                                reads: String(labels.reads),
                            },
                        },
                    })),
                ),
            patchTopology: (_, read) => refuse("truth", read),
            patchDeclared: () => Promise.resolve(),
            patchLabels: (_, read) => refuse("labels", read),
            deletePod: () => Promise.resolve(),
        },
        servers: {
            meet: () => undefined,
            ask: (pod: string) => Promise.resolve(answers[pod]),
            perform: () => Promise.resolve(),
            makeDatabase: () => Promise.resolve(),
        } as unknown as Servers,
        readers: new Readers(now),
        freshness: new Freshness(now),
        now,
        reporter: new Reporter(log, metrics, send),
        log,
        leads: () => true,
    });
    const failed = async () =>
        /failed_rounds_total (\d+)/.exec(await metrics.registry.metrics())?.[1];
    return { each, failed, told: () => told.map(({ reason }) => reason) };
}

describe("a round", () => {
    const well = { "mysql-0": primary(), "mysql-1": replica(1), "mysql-2": replica(2) };
    const lost = { ...well, "mysql-0": { answer: "empty" } as const };

    it("comes soon after one that has done something, and later while all is well", async () => {
        assert.equal(await rounds(lost, "nothing").each.next(), pauses.busy);
        assert.equal(await rounds(well, "nothing").each.next(), pauses.calm);
    });

    it("that begins a failover tells it, and then what becomes of the label", async () => {
        const { each, told, failed } = rounds(lost, "nothing");
        await each.next();
        assert.deepEqual(told(), ["FailoverStarted", "Role"]);
        assert.equal(await failed(), "0");
    });

    it("tells it as well when the label can't be taken, and counts as failed", async () => {
        const { each, told, failed } = rounds(lost, "labels");
        await each.next();
        assert.deepEqual(told(), ["FailoverStarted"]);
        assert.equal(await failed(), "1");
    });

    it("tells nothing when another controller has written the truth meanwhile", async () => {
        const { each, told, failed } = rounds(lost, "truth");
        await each.next();
        assert.deepEqual(told(), []);
        assert.equal(await failed(), "1");
    });
});
