import assert from "node:assert/strict";
import type { ClusterWriter, Hands } from "../../controller/acting";
import { act, inGroups } from "../../controller/acting";
import type { PodObject } from "../../controller/cluster/objects";
import type { Round } from "../../controller/observing";
import type { Act, Event, Plan } from "../../controller/plan";
import type { Servers } from "../../controller/servers/servers";
import { id, planFor, seen } from "../simulation/world/cases";

const observation = seen();
const truth = observation.truth ?? assert.fail("there is a truth");

const freeze = (ordinal: number): Act => ({
    kind: "freeze",
    server: id(ordinal),
    version: 7,
    optional: true,
});
const event = (message: string): Event => ({ type: "Normal", reason: "Test", message });
const open: Act = { kind: "open", server: id(0), version: 7, acks: 1, event: event("opened") };
const label: Act = {
    kind: "setLabels",
    pod: "mysql-0",
    uid: "uid-0",
    labels: { role: "primary", reads: false },
};
const write: Act = {
    kind: "writeTruth",
    truth: { ...truth, version: 8 },
    replaces: 7,
    event: event("written"),
};

/** Writes down what is done and told; what is named in `failing` fails. */
function hands(done: string[], failing: readonly string[] = [], told: Event[] = []): Hands {
    const does = <T>(what: string, result: T): Promise<T> => {
        if (failing.includes(what)) {
            return Promise.reject(new Error("no"));
        }
        done.push(what);
        return Promise.resolve(result);
    };
    const cluster: ClusterWriter = {
        patchTopology: (_, read) =>
            does("truth", { ...read, metadata: { resourceVersion: `${done.length}` } }),
        patchDeclared: () => does("declared", undefined),
        patchLabels: (_, read) =>
            does(`label after ${read.metadata?.resourceVersion}`, {
                metadata: { ...read.metadata, resourceVersion: "next" },
            }),
        deletePod: (pod) => does(`delete ${pod}`, undefined),
    };
    const servers = {
        perform: (each: { kind: string; server: { pod: string } }) =>
            does(`${each.kind} ${each.server.pod}`, undefined),
    } as unknown as Servers;
    const log = { info: () => undefined, warn: () => undefined };
    const tell = (each: Event) => void told.push(each);
    return { cluster, servers, log, mayAct: () => true, tell };
}

function round(): Round {
    const pods = new Map(
        [0, 1, 2].map((ordinal): [string, PodObject] => [
            `mysql-${ordinal}`,
            {
                metadata: {
                    name: `mysql-${ordinal}`,
                    uid: `uid-${ordinal}`,
                    resourceVersion: "first",
                },
            },
        ]),
    );
    const declared = { wanted: { pods: 3 }, token: "", settled: "", answer: "" };
    return { observation, topology: {}, declared, pods };
}

function plan(...acts: Act[]): Plan {
    return { state: "Degraded", reasons: [], acts, spareFrom: 3 };
}

describe("a plan's acts", () => {
    it("are done in their order", async () => {
        const done: string[] = [];
        assert.equal(await act(plan(write, freeze(1), open, label), round(), hands(done)), 4);
        assert.deepEqual(done, ["truth", "freeze mysql-1", "open mysql-0", "label after first"]);
    });

    it("end at the first that fails and isn't optional", async () => {
        const done: string[] = [];
        const failing = ["freeze mysql-1", "open mysql-0"];
        const ends = plan(freeze(1), freeze(2), open, label);
        assert.equal(await act(ends, round(), hands(done, failing)), 1);
        assert.deepEqual(done, ["freeze mysql-2"]);
    });

    it("are done at once where they are on replicas and next to each other", () => {
        assert.deepEqual(inGroups([write, freeze(1), freeze(2), open, freeze(1), freeze(1)]), [
            [write],
            [freeze(1), freeze(2)],
            [open],
            [freeze(1)],
            [freeze(1)],
        ]);
    });

    it("end when this controller leads no more", async () => {
        const done: string[] = [];
        const own = { ...hands(done), mayAct: () => done.length === 0 };
        assert.equal(await act(plan(write, label), round(), own), 1);
        assert.deepEqual(done, ["truth"]);
    });

    it("on labels are on what the act before has made of the Pod, and never on another Pod", async () => {
        const done: string[] = [];
        const none: Act = { ...label, labels: { role: undefined, reads: false } };
        await act(plan(none, label), round(), hands(done));
        assert.deepEqual(done, ["label after first", "label after next"]);
        assert.equal(await act(plan({ ...label, uid: "another" }), round(), hands([])), 0);
    });
});

describe("what an act has done", () => {
    const told = async (failing: readonly string[], ...acts: Act[]) => {
        const events: Event[] = [];
        await act(plan(...acts), round(), hands([], failing, events));
        return events.map(({ message }) => message);
    };

    it("is told, whatever fails after it", async () => {
        assert.deepEqual(await told([], write, freeze(1), open, label), ["written", "opened"]);
        assert.deepEqual(await told(["label after first"], write, label, open), ["written"]);
        assert.deepEqual(await told(["freeze mysql-1"], write, freeze(1)), ["written"]);
    });

    it("isn't told when it failed, or wasn't begun", async () => {
        assert.deepEqual(await told(["truth"], write, label, open), []);
        assert.deepEqual(await told(["open mysql-0"], write, open), ["written"]);
    });

    it("is that a failover has begun, though the old primary's Pod has changed since it was read", async () => {
        const deaf = { "mysql-0": { answer: "empty" } } as const;
        const { acts } = planFor({ servers: deaf });
        const reasons = async (failing: string) => {
            const events: Event[] = [];
            await act(plan(...acts), round(), hands([], [failing], events));
            return events.map(({ reason }) => reason);
        };
        assert.deepEqual(await reasons("label after first"), ["FailoverStarted"]);
        assert.deepEqual(await reasons("truth"), []);
    });
});
