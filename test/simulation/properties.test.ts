import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { decide } from "../../controller/decide";
import { isEmpty, notMadeBy, subtract } from "../../controller/gtid";
import { ordinalOf } from "../../controller/observation";
import { defaultSettings } from "../../controller/settings";
import { always, now, seed, writes } from "./world/always";
import { observations } from "./world/arbitrary";

describe("whatever is seen, a plan", function () {
    this.timeout(110_000);

    it("is the same for the same observation", () => {
        fc.assert(
            fc.property(observations, (seen) => {
                const before = structuredClone(seen);
                const plan = decide(seen, defaultSettings, now);
                assert.deepEqual(decide(seen, defaultSettings, now), plan);
                assert.deepEqual(seen, before);
            }),
            { numRuns: 500, seed },
        );
    });

    it("does nothing when the cluster is lost, nor when it is healthy", () => {
        always(({ plan }) => {
            if (plan.state === "Lost" || plan.state === "Healthy") {
                assert.deepEqual(plan.acts, []);
            }
            assert.ok(plan.state === "Healthy" || plan.reasons.length + plan.acts.length > 0);
        });
    });

    it("writes the truth once at most, as its next version", () => {
        always(({ plan, truth, next }) => {
            assert.ok(writes(plan).length <= 1);
            assert.ok(next === undefined || next.version === truth.version + 1);
            for (const act of plan.acts) {
                assert.ok(act.kind !== "writeTruth" || act.replaces === truth.version);
            }
        });
    });

    it("acts on servers by the truth's version, and by the next one only to close them", () => {
        always(({ plan, truth }) => {
            const written = plan.acts.findIndex(({ kind }) => kind === "writeTruth");
            plan.acts.forEach((act, index) => {
                if ("server" in act && act.version !== truth.version) {
                    assert.equal(act.version, truth.version + 1);
                    assert.ok(written >= 0 && written < index);
                    assert.ok(act.kind === "fence" || act.kind === "freeze");
                }
            });
        });
    });

    it("labels as primary only the open primary, and as replica only what is fit for reads", () => {
        always(({ plan, truth, next, servers, primary, seen }) => {
            for (const act of plan.acts) {
                if (act.kind !== "setLabels" || act.labels.role === undefined) {
                    continue;
                }
                const server = servers.find(({ pod }) => pod === act.pod);
                assert.ok(server !== undefined && act.uid === seen.pods[act.pod]?.uid);
                if (act.labels.role === "primary") {
                    assert.equal(server, primary);
                    const { operation } = next ?? truth;
                    // Until readers are kept from its successor it goes on.
                    const to = operation?.kind === "switchover" ? operation.to.pod : "";
                    const { labels, readsForMs = Infinity } = seen.pods[to] ?? {};
                    const isRead = labels?.reads === true || readsForMs < defaultSettings.drainMs;
                    assert.ok(operation === undefined || isRead);
                    assert.ok(!server.readOnly || plan.acts.some(({ kind }) => kind === "open"));
                    assert.equal(act.labels.reads, false);
                    continue;
                }
                assert.ok(act.pod !== (next ?? truth).primary.pod && server.superReadOnly);
                assert.ok((server.channel?.lagMs ?? Infinity) <= defaultSettings.lagBoundMs);
                const wasRead = seen.pods[act.pod]?.labels.reads === true;
                const { appliedAgeMs = Infinity } = server;
                assert.ok(wasRead || appliedAgeMs <= defaultSettings.lagBoundMs);
                assert.ok(server.channel?.applying === true || server.channel?.applyError === 0);
                if (primary !== undefined && server !== primary) {
                    const foreign = subtract(server.executed, primary.has);
                    assert.ok(isEmpty(notMadeBy(foreign, primary.uuid)));
                }
            }
        });
    });

    it("tells of another primary by the act that names it, of a role by the label, and of nothing twice", () => {
        always(({ plan, seen, truth }) => {
            for (const act of plan.acts) {
                const reason = act.event?.reason;
                if (act.kind === "writeTruth") {
                    const isElected = act.truth.term !== truth.term;
                    assert.equal(/^(Failover|Switchover)$/.test(act.event.reason), isElected);
                } else if (act.kind === "setLabels") {
                    const isOther = act.labels.role !== seen.pods[act.pod]?.labels.role;
                    assert.equal(reason, isOther ? "Role" : undefined);
                } else if (act.kind === "open") {
                    assert.equal(reason, "Opened");
                } else {
                    assert.ok(reason === undefined || act.kind === "restartPod");
                }
            }
            const messages = plan.acts.flatMap(({ event }) => event?.message ?? []);
            assert.equal(new Set(messages).size, messages.length);
        });
    });

    it("names Pods spare only when no member is among them", () => {
        always(({ plan, truth, seen }) => {
            assert.ok(truth.members.every(({ pod }) => ordinalOf(pod) < plan.spareFrom));
            assert.ok(plan.spareFrom >= seen.wanted.pods);
        });
    });
});
