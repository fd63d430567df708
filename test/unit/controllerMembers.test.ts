import * as assert from "node:assert/strict";
import { decide } from "../../controller/decide";
import { defaultSettings } from "../../controller/settings";
import {
    fewer,
    id,
    lines,
    now,
    planFor,
    primary,
    replica,
    seen,
    silent,
    uuid,
    written,
} from "../simulation/world/cases";

describe("the count of acknowledgements", () => {
    const async = { acks: 0, acksSet: 0 };
    const waits = (waitsFor: number, fence = 7) =>
        primary({ fence, source: { waitsFor, replicas: [uuid(1), uuid(2)] } });

    it("is raised by telling the primary first, and promised when replicas hold what it has", () => {
        const first = planFor({ truth: async, servers: { "mysql-0": waits(0) } });
        assert.deepEqual([written(first)?.acks, written(first)?.acksSet], [0, 1]);
        const raising = { acks: 0, acksSet: 1 };
        const second = planFor({ truth: raising, servers: { "mysql-0": waits(0) } });
        assert.deepEqual(lines(second), ["setSource mysql-0 1 @7"]);
        const third = planFor({ truth: raising, servers: { "mysql-0": waits(1) } });
        assert.equal(written(third)?.acks, 1);
    });

    it("isn't promised by what the primary was told before the truth said so", () => {
        const plan = planFor({
            truth: { acks: 0, acksSet: 1 },
            servers: { "mysql-0": waits(1, 6) },
        });
        assert.deepEqual(lines(plan), ["setSource mysql-0 1 @7"]);
    });

    it("isn't promised while replicas lack what was confirmed without them", () => {
        const behind = { executed: fewer, channel: undefined };
        const plan = planFor({
            truth: { acks: 0, acksSet: 1 },
            servers: {
                "mysql-0": waits(1),
                "mysql-1": replica(1, behind),
                "mysql-2": replica(2, behind),
            },
        });
        assert.notEqual(written(plan)?.acks, 1);
    });

    it("isn't raised before enough replicas acknowledge", () => {
        const mute = { acknowledges: false };
        const plan = planFor({
            truth: async,
            servers: {
                "mysql-0": waits(0),
                "mysql-1": replica(1, mute),
                "mysql-2": replica(2, mute),
            },
        });
        assert.deepEqual(lines(plan), [
            "setAcknowledge mysql-1 on @7",
            "setAcknowledge mysql-2 on @7",
        ]);
    });

    it("is never lowered because replicas are away", () => {
        const plan = planFor({ servers: { "mysql-1": silent, "mysql-2": silent } });
        assert.deepEqual(lines(plan), []);
        assert.equal(plan.state, "Degraded");
    });
});

describe("scaling", () => {
    const third = { "mysql-3": {} };
    const fit = replica(3, { acknowledges: false });

    it("out takes a new replica in as a member before it acknowledges", () => {
        const joined = planFor({
            wanted: { pods: 4 },
            pods: third,
            servers: { "mysql-3": fit },
        });
        assert.deepEqual(written(joined)?.members, [id(0), id(1), id(2), id(3)]);
        const after = planFor({
            truth: { members: [id(0), id(1), id(2), id(3)] },
            wanted: { pods: 4 },
            pods: { "mysql-3": { labels: { role: "replica", reads: true } } },
            servers: { "mysql-3": fit },
        });
        assert.deepEqual(lines(after).slice(0, 1), ["setAcknowledge mysql-3 on @7"]);
    });

    it("in asks the members above to acknowledge no more, then lets them go, then says they are spare", () => {
        const wanted = { pods: 2 };
        const asked = planFor({ wanted });
        assert.deepEqual(written(asked)?.members, [id(0), id(1), { ...id(2), leaving: "asked" }]);
        assert.equal(asked.spareFrom, 3);

        const members = [id(0), id(1), { ...id(2), leaving: "asked" as const }];
        const muted = planFor({ wanted, truth: { members } });
        assert.deepEqual(lines(muted), ["setAcknowledge mysql-2 off @7"]);
        const unfenced = replica(2, { acknowledges: false, fence: 6 });
        assert.deepEqual(
            lines(planFor({ wanted, truth: { members }, servers: { "mysql-2": unfenced } })),
            ["setAcknowledge mysql-2 off @7"],
        );

        const mute = { "mysql-2": replica(2, { acknowledges: false }) };
        const quiet = planFor({ wanted, truth: { members }, servers: mute });
        assert.equal(written(quiet)?.members[2]?.leaving, "quiet");

        const truth = { members: [id(0), id(1), { ...id(2), leaving: "quiet" as const }] };
        const gone = planFor({ wanted, truth, servers: mute });
        assert.deepEqual(written(gone)?.members, [id(0), id(1)]);

        const spare = planFor({ wanted, truth: { members: [id(0), id(1)] }, servers: mute });
        assert.equal(spare.spareFrom, 2);
    });

    it("in keeps a member while those who stay lack what it may have acknowledged", () => {
        const plan = planFor({
            wanted: { pods: 2 },
            truth: { members: [id(0), id(1), { ...id(2), leaving: "quiet" }] },
            servers: { "mysql-1": silent, "mysql-2": replica(2, { acknowledges: false }) },
        });
        assert.equal(written(plan), undefined);
        assert.equal(plan.spareFrom, 3);
    });

    it("in that would take the primary away switches over first", () => {
        const plan = planFor({
            wanted: { pods: 1 },
            truth: { primary: id(2), members: [id(0), id(1), id(2)] },
            pods: {
                "mysql-0": { labels: { role: "replica", reads: true } },
                "mysql-2": { labels: { role: "primary", reads: false } },
            },
            servers: {
                "mysql-0": replica(0, { channel: { ...follows("mysql-2") } }),
                "mysql-1": replica(1, { channel: { ...follows("mysql-2") } }),
                "mysql-2": primary({
                    uuid: uuid(2),
                    source: { waitsFor: 1, replicas: [uuid(0), uuid(1)] },
                }),
            },
        });
        assert.equal(written(plan)?.operation?.kind, "switchover");
        const { operation } = written(plan) ?? {};
        assert.deepEqual(operation?.kind === "switchover" && operation.to, id(0));
    });

    const follows = (source: string) => {
        const { channel } = replica(0);
        if (channel === undefined) {
            throw new Error("a replica has a channel");
        }
        return { ...channel, source };
    };
});

describe("a new template", () => {
    const outdated = { outdated: true };

    it("restarts the replicas first, the highest first", () => {
        const plan = planFor({
            pods: { "mysql-0": outdated, "mysql-1": outdated, "mysql-2": outdated },
        });
        assert.deepEqual(lines(plan), ["restart mysql-2"]);
    });

    it("waits for one to be fit before it restarts the next", () => {
        const plan = planFor({
            pods: { "mysql-0": outdated, "mysql-1": outdated, "mysql-2": { ready: false } },
            servers: { "mysql-2": { answer: "silent", forMs: 2_000 } },
        });
        assert.deepEqual(lines(plan), []);
        assert.match(plan.reasons.join(), /mysql-1 is restarted once mysql-2 is fit/);
    });

    it("replaces a Pod that its old template keeps from serving", () => {
        const plan = planFor({
            pods: { "mysql-1": outdated, "mysql-2": { outdated: true, ready: false } },
            servers: { "mysql-2": silent },
        });
        assert.deepEqual(lines(plan), ["restart mysql-2"]);
    });

    it("switches over before the primary's turn", () => {
        const fresh = { readsForMs: 1_999 };
        const waiting = planFor({ pods: { "mysql-0": outdated, "mysql-1": fresh } });
        assert.equal(written(waiting), undefined);
        const plan = planFor({ pods: { "mysql-0": outdated } });
        assert.equal(written(plan)?.operation?.kind, "switchover");
    });

    it("restarts a primary that is alone", () => {
        const observation = seen({
            wanted: { pods: 1 },
            truth: { members: [id(0)], acks: 0, acksSet: 0 },
            pods: { "mysql-0": outdated, "mysql-1": null, "mysql-2": null },
        });
        const alone = {
            ...observation,
            servers: { "mysql-0": primary({ source: { waitsFor: 0, replicas: [] } }) },
        };
        assert.deepEqual(lines(decide(alone, defaultSettings, now)), ["restart mysql-0"]);
    });
});

describe("reads", () => {
    const alone = {
        "mysql-1": replica(1, { channel: undefined }),
        "mysql-2": replica(2, { channel: undefined }),
    };
    const bare = { labels: { role: undefined, reads: false } };

    it("go to the primary only when it is alone and that is asked for", () => {
        const pods = { "mysql-1": bare, "mysql-2": bare };
        const labels = (readsFromPrimary: "never" | "whenAlone") =>
            lines(planFor({ pods, servers: alone, settings: { readsFromPrimary } })).filter(
                (line) => line.startsWith("label"),
            );
        assert.deepEqual(labels("never"), []);
        assert.deepEqual(labels("whenAlone"), ["label mysql-0 primary reads"]);
    });

    it("leave the primary when a replica is fit again", () => {
        const plan = planFor({
            pods: { "mysql-0": { labels: { role: "primary", reads: true } } },
            settings: { readsFromPrimary: "whenAlone" },
        });
        assert.deepEqual(lines(plan), ["label mysql-0 primary"]);
    });
});
