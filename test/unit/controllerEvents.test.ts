import assert from "node:assert/strict";
import type { Plan } from "../../controller/plan";
import { id, planFor, primary, replica, silent } from "../simulation/world/cases";

describe("a truth that is written", () => {
    const tells = ({ acts }: Plan) =>
        acts.flatMap((each) => (each.kind === "writeTruth" ? [each.event] : []));

    it("is told with its reason", () => {
        const asked = { primary: { pod: "mysql-3", request: "r1" } };
        assert.deepEqual(tells(planFor({ wanted: asked })), [
            {
                type: "Warning",
                reason: "Refused",
                message: "mysql-3 can't be the primary: the Pods are mysql-0 to mysql-2",
            },
        ]);
        assert.deepEqual(tells(planFor({ wanted: { pods: 2 } })), [
            {
                type: "Normal",
                reason: "TruthChanged",
                message: "members that stay or leave: mysql-2",
            },
        ]);
        assert.deepEqual(tells(planFor({ servers: { "mysql-0": { answer: "empty" } } })), [
            { type: "Warning", reason: "FailoverStarted", message: "mysql-0 has lost its data" },
        ]);
        assert.deepEqual(tells(planFor({ pods: { "mysql-0": { deleting: true } } })), [
            {
                type: "Normal",
                reason: "SwitchoverStarted",
                message:
                    "from mysql-0 to mysql-1: mysql-0 gives up its role: its Pod is being deleted",
            },
        ]);
    });
});

describe("a change of the label role", () => {
    const events = ({ acts }: Plan) =>
        acts.flatMap((each) => (each.kind === "setLabels" ? [each.event?.message] : []));
    const bare = { labels: { role: undefined, reads: false } };

    it("is told, with the term", () => {
        const reason = planFor({ pods: { "mysql-2": bare } }).acts[0]?.event?.reason;
        assert.equal(reason, "Role");
        assert.deepEqual(events(planFor({ pods: { "mysql-2": bare } })), [
            "mysql-2 has the role replica now (term 3)",
        ]);
        assert.deepEqual(events(planFor({ pods: { "mysql-2": { deleting: true } } })), [
            "mysql-2 is no replica any more (term 3)",
        ]);
    });

    it("is told of a primary that gives way, and of the one that is opened", () => {
        const readOnly = { readOnly: true, superReadOnly: true };
        const opening = planFor({
            truth: { primary: id(1), term: 4 },
            pods: { "mysql-1": { labels: { role: "replica", reads: false } } },
            servers: {
                "mysql-0": silent,
                "mysql-1": { ...replica(1), ...readOnly },
            },
        });
        assert.deepEqual(
            opening.acts.flatMap((each) => each.event?.message ?? []),
            [
                "mysql-0 is no primary any more (term 4)",
                "mysql-1 is no replica any more (term 4)",
                "mysql-1 takes writes (term 4)",
                "mysql-1 has the role primary now (term 4)",
            ],
        );
    });

    it("is not that reads come to the primary or leave it", () => {
        const alone = { "mysql-1": replica(1, { channel: undefined }), "mysql-2": silent };
        const plan = planFor({
            pods: { "mysql-1": bare, "mysql-2": bare },
            servers: alone,
            settings: { readsFromPrimary: "whenAlone" },
        });
        assert.deepEqual(events(plan), [undefined]);
    });
});

describe("a primary that is opened again after its own restart", () => {
    it("is told, though it has kept its label", () => {
        const source = { waitsFor: 1, replicas: [] };
        const booted = primary({ readOnly: true, superReadOnly: true, source });
        const { acts } = planFor({ servers: { "mysql-0": booted } });
        assert.deepEqual(
            acts.map((each) => [each.kind, each.event?.reason, each.event?.message]),
            [
                ["open", "Opened", "mysql-0 takes writes (term 3)"],
                ["setLabels", undefined, undefined],
            ],
        );
    });
});
