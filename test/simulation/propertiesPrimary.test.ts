import * as assert from "node:assert/strict";
import { includes } from "../../controller/gtid";
import { defaultSettings } from "../../controller/settings";
import { appliedAll, rightful } from "../../controller/view";
import { always, changesPrimary, onServers, writes } from "./world/always";

describe("whatever is seen, a plan for the primary", function () {
    this.timeout(110_000);

    it("opens one server at most: the one that the truth calls primary, and nothing is under way", () => {
        always(({ plan, truth, primary, servers }) => {
            const opens = onServers(plan).filter(({ kind }) => kind === "open");
            assert.ok(opens.length <= 1);
            for (const { server } of opens) {
                assert.deepEqual(server, truth.primary);
                assert.equal(truth.operation, undefined);
                assert.equal(writes(plan).length, 0);
                assert.ok(primary !== undefined && appliedAll(primary));
                const isStuck = ({ stuckForMs = 0 }) => stuckForMs >= defaultSettings.stuckAfterMs;
                assert.ok(
                    servers.every(
                        (each) => each.superReadOnly || each === primary || isStuck(each),
                    ),
                );
                const near = servers.filter(({ member }) => member !== undefined).length - 1;
                assert.ok(near >= truth.acks);
            }
        });
    });

    it("opens a server only after it waits for what is promised, and follows nobody", () => {
        always(({ plan, truth, primary }) => {
            const at = plan.acts.findIndex(({ kind }) => kind === "open");
            if (at >= 0) {
                const before = plan.acts.slice(0, at);
                const waits = before.some(
                    (act) => act.kind === "setSource" && act.acks >= truth.acks,
                );
                assert.ok(waits || (primary?.source.waitsFor ?? 0) >= truth.acks);
                assert.ok(
                    before.some(({ kind }) => kind === "detach") || primary?.channel === undefined,
                );
            }
        });
    });

    it("opens no server that readers may come to", () => {
        always(({ seen, plan }) => {
            for (const { server } of onServers(plan).filter(({ kind }) => kind === "open")) {
                const pod = seen.pods[server.pod];
                assert.ok(
                    pod === undefined ||
                        pod.labels.role === "primary" ||
                        (!pod.labels.reads && pod.readsForMs >= defaultSettings.drainMs),
                );
            }
        });
    });

    it("takes the role from every other Pod before it opens one, and gives it last", () => {
        always(({ seen, plan, truth }) => {
            const at = plan.acts.findIndex(({ kind }) => kind === "open");
            if (at >= 0) {
                const taken = plan.acts
                    .slice(0, at)
                    .flatMap((act) => (act.kind === "setLabels" ? [act.pod] : []));
                for (const [pod, { labels }] of Object.entries(seen.pods)) {
                    assert.ok(
                        labels.role !== "primary" ||
                            pod === truth.primary.pod ||
                            taken.includes(pod),
                    );
                }
                const given = plan.acts.findIndex(
                    (act) => act.kind === "setLabels" && act.labels.role === "primary",
                );
                assert.ok(given === -1 || given > at);
            }
        });
    });

    it("names another primary only in an operation that the truth tells of", () => {
        always((one) => {
            assert.ok(!changesPrimary(one) || one.truth.operation !== undefined);
            assert.ok(!changesPrimary(one) || one.next?.operation === undefined);
        });
    });

    it("promotes by failover only what holds all that so many frozen members hold", () => {
        let elections = 0;
        always((one) => {
            const { truth, next, servers } = one;
            const { operation } = truth;
            if (!changesPrimary(one) || operation?.kind !== "failover" || next === undefined) {
                return;
            }
            elections++;
            const frozen = servers.filter(
                ({ member, fence, superReadOnly, channel }) =>
                    member !== undefined &&
                    fence >= truth.version &&
                    superReadOnly &&
                    (channel === undefined || channel.receiving === "off"),
            );
            assert.ok(frozen.length + truth.acks >= truth.members.length);
            const chosen = frozen.find(({ pod }) => pod === next.primary.pod);
            assert.ok(chosen !== undefined && appliedAll(chosen));
            for (const each of frozen) {
                const counts = each.pod !== truth.primary.pod || operation.cause === "behind";
                assert.ok(!counts || includes(chosen.executed, rightful(each)));
            }
        }, 20_000);
        assert.ok(elections > 5, `only ${elections} elections`);
    });

    it("promotes by switchover only what holds all that the frozen primary holds", () => {
        let switchovers = 0;
        always((one) => {
            const { truth, next, servers, primary } = one;
            if (changesPrimary(one) && truth.operation?.kind === "switchover") {
                switchovers++;
                assert.ok(primary?.superReadOnly === true && primary.fence >= truth.version);
                const chosen = servers.find(({ pod }) => pod === next?.primary.pod);
                assert.ok(chosen !== undefined && includes(chosen.executed, primary.has));
                assert.deepEqual(next?.primary, truth.operation.to);
            }
        }, 10_000);
        assert.ok(switchovers > 5, `only ${switchovers} switchovers`);
    });

    it("begins a failover only with as many members as it takes", () => {
        always(({ truth, next, servers, plan }) => {
            if (next?.operation?.kind === "failover" && truth.operation?.kind !== "failover") {
                const members = servers.filter(({ member }) => member !== undefined);
                assert.ok(members.length + truth.acks >= truth.members.length);
                const unlabelled = plan.acts.findIndex(
                    (act) => act.kind === "setLabels" && act.labels.role === "primary",
                );
                assert.equal(unlabelled, -1);
            }
        });
    });
});
