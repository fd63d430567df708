import * as assert from "node:assert/strict";
import type { Change } from "../simulation/world/cases";
import {
    all,
    channel,
    fewer,
    id,
    lines,
    now,
    planFor,
    primary,
    replica,
    silent,
    uuid,
    written,
} from "../simulation/world/cases";
import { plans } from "./controllerPlans";

const failover = { kind: "failover", cause: "gone", sinceMs: now, why: "it is gone" } as const;
const switchover = { kind: "switchover", to: id(1), sinceMs: now, why: "asked for" } as const;
const off = channel({ receiving: "off", heardAgoMs: 4_000 });

describe("a primary that doesn't answer", () => {
    plans(
        "is given some time",
        {
            servers: {
                "mysql-0": { answer: "silent", forMs: 1_000 },
                "mysql-1": replica(1, { channel: off }),
                "mysql-2": replica(2, { channel: off }),
            },
        },
        "Failed",
        [],
        /it is given 3 s/,
    );
    plans(
        "isn't replaced while a replica hears it",
        { servers: { "mysql-0": silent } },
        "Failed",
        [],
        /mysql-1 still receives from it/,
    );
    const deaf = channel({ receiving: "connecting", heardAgoMs: 9_000 });
    plans(
        "is replaced: first the truth, then the label, then all are frozen",
        {
            servers: {
                "mysql-0": silent,
                "mysql-1": replica(1, { channel: deaf }),
                "mysql-2": replica(2, { channel: deaf }),
            },
        },
        "Failed",
        ["truth 8", "label mysql-0 nothing", "freeze mysql-1 @8", "freeze mysql-2 @8"],
    );
    plans(
        "is not replaced when a confirmed commit could be on another that doesn't answer either",
        {
            servers: {
                "mysql-0": silent,
                "mysql-1": replica(1, { channel: deaf }),
                "mysql-2": silent,
            },
        },
        "Lost",
        [],
        /2 of 3 members are needed .* only mysql-1 answers: bring back mysql-0, mysql-2/,
    );
    plans(
        "is replaced at once when its Pod is gone",
        {
            pods: { "mysql-0": null },
            servers: { "mysql-0": { answer: "silent", forMs: 0 } },
        },
        "Failed",
        ["truth 8", "freeze mysql-1 @8", "freeze mysql-2 @8"],
    );
    plans(
        "is replaced at once when its data is gone",
        { servers: { "mysql-0": { answer: "empty" } } },
        "Failed",
        ["truth 8", "label mysql-0 nothing", "freeze mysql-1 @8", "freeze mysql-2 @8"],
        /mysql-0 has lost its data/,
    );
});

describe("a failover", () => {
    const unlabelled = { "mysql-0": { labels: { role: undefined, reads: false } } };
    const frozen = (one: string, other: string, retrieved = one): Change => ({
        truth: { operation: failover },
        pods: unlabelled,
        servers: {
            "mysql-0": silent,
            "mysql-1": replica(1, {
                executed: one,
                channel: { ...off, ...channel({ receiving: "off", retrieved }) },
            }),
            "mysql-2": replica(2, {
                executed: other,
                channel: channel({ receiving: "off", retrieved: other }),
            }),
        },
    });
    it("elects the most advanced", () => {
        assert.deepEqual(written(planFor(frozen(fewer, all)))?.primary, id(2));
        assert.deepEqual(written(planFor(frozen(all, fewer)))?.primary, id(1));
        assert.equal(written(planFor(frozen(all, fewer)))?.term, 4);
    });
    it("keeps the data of the one it elects, whatever was to become of that", () => {
        const rebuilds = [
            { ...id(1), why: "broken" },
            { ...id(2), why: "broken" },
        ];
        const change = frozen(all, fewer);
        const next = written(planFor({ ...change, truth: { operation: failover, rebuilds } }));
        assert.deepEqual([next?.primary, next?.rebuilds], [id(1), rebuilds.slice(1)]);
    });
    plans(
        "has the most advanced apply what it holds first",
        frozen(fewer, fewer, all),
        "Failed",
        [],
    );
    plans(
        "is lost when the two hold different things",
        frozen(`${fewer},${uuid(1)}:1`, all),
        "Lost",
        [],
        /have gone different ways/,
    );
    const thawed = frozen(all, all);
    plans(
        "freezes whatever isn't frozen at this version of the truth",
        {
            ...thawed,
            servers: { ...thawed.servers, "mysql-2": replica(2, { fence: 6, channel: off }) },
        },
        "Failed",
        ["freeze mysql-2 @7"],
    );
    plans(
        "is cancelled when the primary comes back",
        { ...thawed, servers: { ...thawed.servers, "mysql-0": primary() } },
        "Failed",
        ["truth 8", "label mysql-0 primary"],
    );
});

describe("a server that is the primary and read-only", () => {
    const booted = primary({
        readOnly: true,
        superReadOnly: true,
        source: { waitsFor: 0, replicas: [] },
    });
    plans(
        "is prepared while readers may still come to it",
        {
            truth: { primary: id(1) },
            servers: { "mysql-0": booted, "mysql-1": replica(1), "mysql-2": replica(2) },
        },
        "Failed",
        [
            "label mysql-0 nothing",
            "label mysql-1 nothing",
            "detach mysql-1 @7",
            "setSource mysql-1 1 @7",
            "follow mysql-0 -> mysql-1 acknowledging @7",
            "follow mysql-2 -> mysql-1 acknowledging @7",
        ],
        /waiting until no readers come to mysql-1/,
    );
    plans(
        "is opened: wait count, replicas, writes, label",
        {
            truth: { primary: id(1) },
            pods: { "mysql-1": { labels: { role: undefined, reads: false } } },
            servers: { "mysql-0": booted, "mysql-1": replica(1), "mysql-2": replica(2) },
        },
        "Failed",
        [
            "label mysql-0 nothing",
            "detach mysql-1 @7",
            "setSource mysql-1 1 @7",
            "follow mysql-0 -> mysql-1 acknowledging @7",
            "follow mysql-2 -> mysql-1 acknowledging @7",
            "open mysql-1 @7",
            "label mysql-1 primary",
        ],
    );
    plans("is opened again after its own restart", { servers: { "mysql-0": booted } }, "Failed", [
        "setSource mysql-0 1 @7",
        "open mysql-0 @7",
        "label mysql-0 primary",
    ]);
    plans(
        "isn't opened while another takes writes",
        {
            servers: {
                "mysql-0": booted,
                "mysql-2": replica(2, { readOnly: false, superReadOnly: false }),
            },
        },
        "Failed",
        ["label mysql-0 nothing", "label mysql-2 nothing", "fence mysql-2 @7"],
    );
    plans(
        "isn't opened while its commits would wait for ever",
        { servers: { "mysql-0": booted, "mysql-1": silent, "mysql-2": silent } },
        "Failed",
        ["label mysql-0 nothing"],
        /they would wait for 1 other members, and none answers/,
    );
});

describe("a switchover", () => {
    const asked = { wanted: { primary: { pod: "mysql-1", request: "r1" } } };
    plans("begins with the truth, and keeps readers from the new one", asked, "Degraded", [
        "label mysql-1 nothing",
        "truth 8",
    ]);
    const unread = { labels: { role: undefined, reads: false } };
    const begun = { ...asked, truth: { operation: { ...switchover, request: "r1" } } };
    plans(
        "lets the old one take writes until no readers come to the new one",
        { ...begun, pods: { "mysql-1": { ...unread, readsForMs: 1_999 } } },
        "Degraded",
        [],
        /waiting until no readers come to mysql-1/,
    );
    plans(
        "takes the old one's label then, and stops it",
        { ...begun, pods: { "mysql-1": { ...unread, readsForMs: 2_000 } } },
        "Degraded",
        ["label mysql-0 nothing", "fence mysql-0 @7"],
    );
    const under = (server: Change["servers"]): Change => ({
        ...asked,
        truth: { operation: { ...switchover, request: "r1" } },
        pods: { "mysql-0": unread, "mysql-1": unread },
        servers: { "mysql-0": primary({ readOnly: true, superReadOnly: true }), ...server },
    });
    it("ends when the new one holds all that the old one does", () => {
        const next = written(planFor(under({})));
        assert.deepEqual(next?.primary, id(1));
        assert.equal(next.operation, undefined);
        assert.equal(next.answered?.done, true);
    });
    plans(
        "waits while it doesn't",
        under({ "mysql-1": replica(1, { executed: fewer }) }),
        "Degraded",
        [],
        /waiting for mysql-1 to have all that mysql-0 holds/,
    );
    it("is given up after a while, and the old primary goes on", () => {
        const late = under({ "mysql-1": replica(1, { executed: fewer }) });
        const operation = { ...switchover, request: "r1", sinceMs: now - 20_000 };
        const next = written(planFor({ ...late, truth: { operation } }));
        assert.deepEqual(next?.primary, id(0));
        assert.equal(next.operation, undefined);
        assert.equal(next.answered?.done, false);
    });
    const refused = (change: Change, why: RegExp) => {
        const plan = planFor(change);
        const next = written(plan);
        assert.deepEqual(next?.primary, id(0));
        assert.equal(next.operation, undefined);
        assert.equal(next.answered?.done, false);
        assert.match(next.answered.why, why);
        assert.equal(plan.acts.at(-1)?.event?.reason, "Refused");
    };
    it("to a Pod that doesn't exist is refused, once", () => {
        const wanted = { primary: { pod: "mysql-3", request: "r1" } };
        refused({ wanted }, /mysql-3 can't be the primary: the Pods are mysql-0 to mysql-2/);
        const answered = { request: "r1", done: false, why: "" };
        assert.deepEqual(lines(planFor({ wanted, truth: { answered } })), []);
    });
    it("to an unfit replica is refused with the reason", () => {
        const broken = channel({ applying: false, applyError: 1062 });
        refused(
            { ...asked, servers: { "mysql-1": replica(1, { channel: broken }) } },
            /its data differs from its source's: error 1062/,
        );
    });
    plans(
        "waits for a replica that is only behind",
        { ...asked, servers: { "mysql-1": replica(1, { channel: channel({ lagMs: 5_000 }) }) } },
        "Degraded",
        [],
        /waiting for mysql-1 before it becomes the primary: it is 5 s behind/,
    );
    plans(
        "happens by itself when the primary's Pod is being deleted",
        { pods: { "mysql-0": { deleting: true } } },
        "Degraded",
        ["label mysql-1 nothing", "truth 8"],
    );
});
