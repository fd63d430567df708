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

const failover = { kind: "failover", cause: "gone", sinceMs: now, why: "it is gone" } as const;
const switchover = { kind: "switchover", to: id(1), sinceMs: now, why: "asked for" } as const;
const off = channel({ receiving: "off", heardAgoMs: 4_000 });

function plans(title: string, change: Change, state: string, acts: string[], reason?: RegExp) {
    it(title, () => {
        const plan = planFor(change);
        assert.deepEqual({ state: plan.state, acts: lines(plan) }, { state, acts });
        if (reason !== undefined) {
            assert.match(plan.reasons.join("\n"), reason);
        }
    });
}

describe("a cluster without a truth", () => {
    const blank = { fence: 0, executed: "", channel: undefined, acknowledges: false };
    plans(
        "begins with the first Pod, which has nothing written yet",
        {
            truth: null,
            servers: { "mysql-0": replica(0, blank), "mysql-1": silent, "mysql-2": silent },
        },
        "Incomplete",
        ["truth 1"],
    );
    plans(
        "waits for every Pod when there is data",
        { truth: null, servers: { "mysql-1": silent } },
        "Incomplete",
        [],
        /waiting for mysql-1 to tell what it holds/,
    );
    plans(
        "takes over a cluster that has a primary, above what its servers have obeyed",
        { truth: null },
        "Incomplete",
        ["truth 8"],
    );
    plans(
        "doesn't choose between two that take writes",
        { truth: null, servers: { "mysql-1": primary({ uuid: uuid(1) }) } },
        "Incomplete",
        [],
        /mysql-0, mysql-1 take writes/,
    );
    plans(
        "doesn't choose between two that differ",
        {
            truth: null,
            servers: { "mysql-2": replica(2, { executed: `${fewer},${uuid(2)}:1` }) },
        },
        "Incomplete",
        [],
        /each lacks transactions that another holds/,
    );
});

describe("a healthy cluster", () => {
    plans("is left alone", {}, "Healthy", []);
    plans(
        "gets its labels back",
        { pods: { "mysql-0": { labels: { role: undefined, reads: false } } } },
        "Degraded",
        ["label mysql-0 primary"],
    );
    plans(
        "fences a second server that takes writes, and takes its label first",
        {
            pods: { "mysql-1": { labels: { role: "primary", reads: false } } },
            servers: { "mysql-1": replica(1, { readOnly: false, superReadOnly: false }) },
        },
        "Degraded",
        ["label mysql-1 nothing", "fence mysql-1 @7"],
    );
});

describe("a replica", () => {
    const lagging = { "mysql-2": replica(2, { channel: channel({ lagMs: 61_000 }) }) };
    plans(
        "loses its label when it is further behind than the bound",
        { servers: lagging },
        "Degraded",
        ["label mysql-2 nothing"],
        /mysql-2: it is 61 s behind/,
    );
    plans(
        "keeps its label while it is cut off for less than the bound",
        {
            servers: {
                "mysql-2": replica(2, {
                    channel: channel({ receiving: "connecting", heardAgoMs: 50_000 }),
                }),
            },
        },
        "Degraded",
        [],
        /mysql-2: it isn't connected to mysql-0/,
    );
    plans(
        "is pointed to the primary when it follows another",
        { servers: { "mysql-2": replica(2, { channel: channel({ source: "mysql-1" }) }) } },
        "Degraded",
        ["follow mysql-2 -> mysql-0 acknowledging @7"],
    );
    plans(
        "first applies what it has received when its applier stands still",
        {
            servers: {
                "mysql-2": replica(2, {
                    executed: fewer,
                    channel: channel({ source: "mysql-1", applying: false }),
                }),
            },
        },
        "Degraded",
        ["label mysql-2 nothing", "startApplier mysql-2 @7"],
    );
    plans(
        "that needs deleted binary logs is to be copied anew",
        {
            servers: {
                "mysql-0": primary({ purged: `${uuid(0)}:1-95` }),
                "mysql-2": replica(2, {
                    executed: fewer,
                    channel: channel({ receiving: "off", retrieved: fewer, receiveError: 13114 }),
                }),
            },
        },
        "Degraded",
        ["label mysql-2 nothing", "truth 8"],
        /mysql-0 has deleted binary logs that it needs/,
    );
    plans(
        "that the truth has copied anew is started again, until it has other data",
        { truth: { rebuilds: [{ ...id(2), why: "broken" }] } },
        "Degraded",
        ["label mysql-2 nothing", "restart mysql-2"],
    );
    plans(
        "without data copies a replica rather than the primary",
        { servers: { "mysql-2": { answer: "empty" } } },
        "Degraded",
        ["label mysql-2 nothing", "truth 8"],
    );
    it("without data waits while the only fit replica is being copied", () => {
        const empty = { "mysql-2": { answer: "empty" } } as const;
        assert.deepEqual(written(planFor({ servers: empty }))?.donors, { "mysql-2": "mysql-1" });
        const busy = { ...empty, "mysql-1": replica(1, { copies: 1 }) };
        assert.equal(written(planFor({ servers: busy })), undefined);
    });
});

describe("errant transactions", () => {
    const errant = `${uuid(2)}:1`;
    const server = { executed: `${all},${errant}` };
    plans(
        "let their server serve no reads and leave the members",
        { servers: { "mysql-2": replica(2, server) } },
        "Degraded",
        ["label mysql-2 nothing", "truth 8"],
        /mysql-2: it has errant transactions/,
    );
    it("have their server copied anew, if that is allowed, and are named to be saved before", () => {
        const members = [id(0), id(1), { ...id(2), leaving: "quiet", errant } as const];
        const change = {
            truth: { members },
            servers: {
                "mysql-2": replica(2, { ...server, acknowledges: false }),
            },
        };
        // First it leaves the members: the two that stay hold all that was confirmed.
        assert.deepEqual(written(planFor(change))?.members, [id(0), id(1)]);
        const left = { ...change, truth: { members: [id(0), id(1)] } };
        assert.deepEqual(written(planFor(left))?.rebuilds, [
            { ...id(2), why: "it has errant transactions", errant },
        ]);
        assert.equal(written(planFor({ ...left, settings: { rebuildErrant: false } })), undefined);
    });
});

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
        "is opened: wait count, replicas, writes, label",
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
    plans("begins with the truth, the label and the fence", asked, "Degraded", [
        "truth 8",
        "label mysql-0 nothing",
        "fence mysql-0 @8",
    ]);
    const under = (server: Change["servers"]): Change => ({
        ...asked,
        truth: { operation: { ...switchover, request: "r1" } },
        pods: { "mysql-0": { labels: { role: undefined, reads: false } } },
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
        assert.equal(plan.events.at(-1)?.type, "Warning");
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
        ["truth 8", "label mysql-0 nothing", "fence mysql-0 @8"],
    );
});
