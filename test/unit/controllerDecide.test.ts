import * as assert from "node:assert/strict";
import type { ServerSeen } from "../../controller/observation";
import {
    all,
    channel,
    fewer,
    id,
    planFor,
    primary,
    replica,
    silent,
    uuid,
    written,
} from "../simulation/world/cases";
import { plans } from "./controllerPlans";

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
        "loses its label when it has heard nothing for longer, though it still has its connection",
        {
            servers: {
                "mysql-2": replica(2, {
                    channel: channel({ receiving: "on", heardAgoMs: 61_000 }),
                }),
            },
        },
        "Degraded",
        ["label mysql-2 nothing"],
        /mysql-2: it is cut off from its source/,
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
    const broken = {
        "mysql-2": replica(2, {
            executed: fewer,
            channel: channel({ applying: false, applyError: 1062 }),
        }),
    };
    const why = "its data differs from its source's: error 1062";
    plans(
        "that can't apply what it has received, since its data differs, is to be copied anew",
        { servers: broken },
        "Degraded",
        ["label mysql-2 nothing", "truth 8"],
        new RegExp(`mysql-2: ${why}`),
    );
    it("whose data differs is named with the reason, and no second one with it", () => {
        const servers = {
            ...broken,
            "mysql-1": replica(1, { channel: broken["mysql-2"].channel }),
        };
        assert.deepEqual(written(planFor({ servers: broken }))?.rebuilds, [{ ...id(2), why }]);
        assert.deepEqual(written(planFor({ servers }))?.rebuilds, [{ ...id(1), why }]);
    });
    it("that stops at another error is not copied anew: its applier is started again", () => {
        const stopped = channel({ applying: false, applyError: 1205 });
        const servers = { "mysql-2": replica(2, { executed: fewer, channel: stopped }) };
        assert.equal(written(planFor({ servers })), undefined);
    });
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
    it("without data waits while another copies the one that it was told to copy", () => {
        const answers = (donor?: string): ServerSeen => ({
            answer: "empty",
            ...(donor === undefined ? {} : { copying: { donor, percent: 40 } }),
        });
        const donors = { "mysql-2": "mysql-1", "mysql-3": "mysql-1" };
        const after = (copied?: string) =>
            written(
                planFor({
                    wanted: { pods: 4 },
                    truth: { donors },
                    pods: { "mysql-3": {} },
                    servers: { "mysql-2": answers(), "mysql-3": answers(copied) },
                }),
            )?.donors;
        assert.deepEqual(after("mysql-1"), { "mysql-3": "mysql-1" });
        assert.deepEqual(after(), { "mysql-2": "mysql-1" });
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
