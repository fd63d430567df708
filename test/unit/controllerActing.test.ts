import assert from "node:assert/strict";
import type { ClusterWriter, Hands } from "../../controller/acting";
import { act, inGroups } from "../../controller/acting";
import type { PodObject } from "../../controller/cluster/objects";
import type { Round } from "../../controller/observing";
import type { Act, Plan } from "../../controller/plan";
import type { Servers } from "../../controller/servers/servers";
import { id, seen } from "../simulation/world/cases";

const observation = seen();
const truth = observation.truth ?? assert.fail("there is a truth");

const freeze = (ordinal: number): Act => ({
    kind: "freeze",
    server: id(ordinal),
    version: 7,
    optional: true,
});
const open: Act = { kind: "open", server: id(0), version: 7, acks: 1 };
const label: Act = {
    kind: "setLabels",
    pod: "mysql-0",
    uid: "uid-0",
    labels: { role: "primary", reads: false },
};
const write: Act = { kind: "writeTruth", truth: { ...truth, version: 8 }, replaces: 7 };

/** Writes down what is done; what is named in `failing` fails. */
function hands(done: string[], failing: readonly string[] = []): Hands {
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
    return { cluster, servers, log, mayAct: () => true };
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
    return { state: "Degraded", reasons: [], acts, events: [], spareFrom: 3 };
}

describe("a plan's acts", () => {
    it("are done in their order", async () => {
        const done: string[] = [];
        const outcome = await act(plan(write, freeze(1), open, label), round(), hands(done));
        assert.deepEqual(outcome, { done: 4, whole: true });
        assert.deepEqual(done, ["truth", "freeze mysql-1", "open mysql-0", "label after first"]);
    });

    it("end at the first that fails and isn't optional", async () => {
        const done: string[] = [];
        const failing = ["freeze mysql-1", "open mysql-0"];
        const outcome = await act(
            plan(freeze(1), freeze(2), open, label),
            round(),
            hands(done, failing),
        );
        assert.deepEqual(outcome, { done: 1, whole: false });
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
        const outcome = await act(plan(write, label), round(), own);
        assert.deepEqual([outcome.whole, done], [false, ["truth"]]);
    });

    it("on labels are on what the act before has made of the Pod, and never on another Pod", async () => {
        const done: string[] = [];
        const none: Act = { ...label, labels: { role: undefined, reads: false } };
        await act(plan(none, label), round(), hands(done));
        assert.deepEqual(done, ["label after first", "label after next"]);
        const other = await act(plan({ ...label, uid: "another" }), round(), hands([]));
        assert.equal(other.whole, false);
    });
});
