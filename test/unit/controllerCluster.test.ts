import assert from "node:assert/strict";
import type { LeaseState, LeaseStore } from "../../controller/cluster/lease";
import { Leadership, leaseDurationMs } from "../../controller/cluster/lease";
import type { PodObject } from "../../controller/cluster/objects";
import {
    labelPatch,
    readDeclared,
    readPod,
    readTruth,
    truthData,
} from "../../controller/cluster/objects";
import { settlement } from "../../controller/cluster/settling";
import type { Plan } from "../../controller/plan";
import { decide } from "../../controller/decide";
import { defaultSettings } from "../../controller/settings";
import { id, now, seen, uuid } from "../simulation/world/cases";

const truth = seen().truth ?? assert.fail("there is a truth");

describe("the truth in its ConfigMap", () => {
    it("is read as it was written", () => {
        const data = truthData(truth, {}) as Record<string, string>;
        assert.deepEqual(readTruth({ data }), truth);
        assert.equal(data["data-exists"], "true");
    });

    it("is none where nothing was written, and an error where it can't be read", () => {
        assert.equal(readTruth({ data: { "data-exists": "true" } }), undefined);
        assert.throws(() => readTruth({ data: { truth: "{" } }));
    });

    it("tells prepare which data to throw away and what to save of it, and forgets what is over", () => {
        const errant = `${uuid(2)}:1-3:5`;
        const rebuilds = [{ ...id(2), why: "it has errant transactions", errant }];
        const data = truthData({ ...truth, rebuilds }, { data: { "rebuild-mysql-1": "x" } });
        assert.equal(data["rebuild-mysql-2"], uuid(2));
        assert.equal(data["errant-mysql-2"], `4 ${errant}`);
        assert.equal(data["rebuild-mysql-1"], null);
    });
});

describe("what is declared", () => {
    it("is the number of Pods, and a switchover if one is asked for", () => {
        assert.deepEqual(readDeclared({ data: { pods: "3", wanted: "3" } }), {
            wanted: { pods: 3 },
            token: "3",
            settled: "",
            answer: "",
        });
        const data = { pods: "3", primary: "mysql-1", request: "ab", wanted: "3-mysql-1-ab" };
        assert.deepEqual(readDeclared({ data }).wanted, {
            pods: 3,
            primary: { pod: "mysql-1", request: "ab" },
        });
    });

    it("is an error without a number of Pods: it must not be taken for none", () => {
        assert.throws(() => readDeclared({ data: {} }), /number of Pods/);
        assert.throws(() => readDeclared({ data: { pods: "0" } }), /"0"/);
    });
});

describe("a Pod", () => {
    const pod: PodObject = {
        metadata: {
            name: "mysql-0",
            uid: "u",
            labels: { role: "primary", "controller-revision-hash": "old" },
        },
        status: { conditions: [{ type: "Ready", status: "True" }] },
    };

    it("is outdated when the StatefulSet has another template and its status knows", () => {
        const set = (observedGeneration: number) => ({
            metadata: { generation: 2 },
            status: { observedGeneration, updateRevision: "new" },
        });
        assert.equal(readPod(pod, set(2)).outdated, true);
        assert.equal(readPod(pod, set(1)).outdated, false);
        assert.equal(readPod(pod, undefined).outdated, false);
    });

    it("tells what keeps it from starting", () => {
        const waits = (reason: string) => [{ image: "mysql:9.9", state: { waiting: { reason } } }];
        const told = (reason: string) =>
            readPod({ ...pod, status: { initContainerStatuses: waits(reason) } }, undefined)
                .waitsFor;
        assert.equal(told("ImagePullBackOff"), "ImagePullBackOff mysql:9.9");
        assert.equal(told("CrashLoopBackOff"), "CrashLoopBackOff");
        assert.equal(told("PodInitializing"), undefined);
        const servers = { "mysql-2": { answer: "silent", forMs: 9_000 } } as const;
        const pods = { "mysql-2": { waitsFor: "ImagePullBackOff mysql:9.9" } };
        const { reasons } = decide(seen({ servers, pods }), defaultSettings, now);
        assert.equal(reasons[0], "mysql-2 doesn't answer (ImagePullBackOff mysql:9.9)");
    });

    it("has labels that can be taken away again", () => {
        assert.deepEqual(readPod(pod, undefined).labels, { role: "primary", reads: false });
        assert.deepEqual(labelPatch({ role: undefined, reads: false }), {
            role: null,
            reads: null,
        });
        assert.deepEqual(labelPatch({ role: "replica", reads: true }), {
            role: "replica",
            reads: "true",
        });
    });
});

describe("what pulumi up waits for", () => {
    const declared = { wanted: { pods: 3 }, token: "3", settled: "2", answer: "" };
    const plan: Plan = { state: "Healthy", reasons: [], acts: [], spareFrom: 3 };
    const asked = {
        ...declared,
        wanted: { pods: 3, primary: { pod: "mysql-1", request: "ab" } },
        token: "3-mysql-1-ab",
    };
    const answered = { request: "ab", done: true, why: "mysql-1 is the primary" };

    it("comes when no Pod that is to go is needed, and once", () => {
        assert.deepEqual(settlement(declared, seen(), plan), { settled: "3" });
        assert.deepEqual(settlement({ ...declared, settled: "3" }, seen(), plan), {});
    });

    it("doesn't come while a Pod that is to go is needed", () => {
        const pods = { "mysql-3": {} };
        assert.deepEqual(settlement(declared, seen({ pods }), { ...plan, spareFrom: 4 }), {});
        assert.deepEqual(settlement(declared, seen({ pods }), plan), { settled: "3" });
    });

    it("comes with the answer to a switchover, once the new primary takes writes", () => {
        assert.deepEqual(settlement(asked, seen(), plan), {});
        const after = seen({ truth: { answered } });
        const answer = "ab done: mysql-1 is the primary";
        assert.deepEqual(settlement(asked, after, { ...plan, state: "Failed" }), { answer });
        assert.deepEqual(settlement(asked, after, plan), { answer, settled: "3-mysql-1-ab" });
        const refused = seen({ truth: { answered: { ...answered, done: false, why: "no" } } });
        assert.equal(settlement(asked, refused, plan)["answer"], "ab refused: no");
    });

    it("comes at once before there are Pods: there won't be any before", () => {
        const pods = { "mysql-0": null, "mysql-1": null, "mysql-2": null };
        assert.deepEqual(settlement(asked, seen({ truth: null, pods }), plan), {
            settled: "3-mysql-1-ab",
        });
    });
});

describe("the Lease", () => {
    let now: number;
    let version: number;
    let holder: string;
    let failing: boolean;

    beforeEach(() => {
        [now, version, holder, failing] = [0, 1, "", false];
    });

    const store: LeaseStore = {
        read: () =>
            failing
                ? Promise.reject(new Error("no API server"))
                : Promise.resolve({ resourceVersion: String(version), holderIdentity: holder }),
        write: (next: string, { resourceVersion }: LeaseState) => {
            if (resourceVersion !== String(version)) {
                return Promise.reject(new Error("conflict"));
            }
            [holder, version] = [next, version + 1];
            return Promise.resolve();
        },
    };
    const controller = (name: string) => new Leadership(name, store, () => now);

    it("is one controller's, and another's when that one is silent for its whole duration", async () => {
        const [one, other] = [controller("one"), controller("other")];
        await one.renew();
        await other.renew();
        assert.deepEqual([one.leads, other.leads, holder], [true, false, "one"]);
        now += leaseDurationMs - 1;
        await other.renew();
        assert.deepEqual([one.leads, other.leads], [false, false]);
        now += 1;
        await other.renew();
        assert.deepEqual([one.leads, other.leads, holder], [false, true, "other"]);
    });

    it("stays with who renews it", async () => {
        const [one, other] = [controller("one"), controller("other")];
        await one.renew();
        for (let round = 0; round < 20; round++) {
            now += 1_000;
            await other.renew();
            await one.renew();
        }
        assert.deepEqual([one.leads, other.leads], [true, false]);
    });

    it("is not led for longer than it can be renewed", async () => {
        const one = controller("one");
        await one.renew();
        failing = true;
        now += leaseDurationMs - 1_501;
        await assert.rejects(one.renew());
        assert.equal(one.leads, true);
        now += 1;
        assert.equal(one.leads, false);
    });

    it("is free at once when it was given back", async () => {
        const [one, other] = [controller("one"), controller("other")];
        await one.renew();
        await one.release();
        await other.renew();
        assert.deepEqual([one.leads, other.leads], [false, true]);
    });
});
