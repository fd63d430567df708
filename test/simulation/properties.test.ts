import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { decide } from "../../controller/decide";
import { includes, isEmpty, notMadeBy, subtract } from "../../controller/gtid";
import type { Observation } from "../../controller/observation";
import { ordinalOf } from "../../controller/observation";
import type { Act, Plan } from "../../controller/plan";
import { defaultSettings } from "../../controller/settings";
import type { Truth } from "../../controller/truth";
import type { Server } from "../../controller/view";
import { appliedAll, idOf, rightful, servingIn } from "../../controller/view";
import { observations } from "./world/arbitrary";

interface Case {
    readonly seen: Observation;
    readonly plan: Plan;
    readonly truth: Truth;
    readonly servers: readonly Server[];
    readonly primary: Server | undefined;
    /** The truth that the plan writes. */
    readonly next: Truth | undefined;
}

const now = 100_000;
/** The same clusters each time; SEED=n gives others. */
const seed = Number(process.env.SEED ?? 1);

/** Thousands of clusters, most of them in a bad way. */
function always(check: (one: Case) => void, runs = 4000): void {
    fc.assert(
        fc.property(observations, (seen) => {
            const plan = decide(seen, defaultSettings, now);
            if (seen.truth !== undefined) {
                const { truth } = seen;
                const servers = servingIn(seen, truth);
                const primary = servers.find(
                    ({ pod, uuid }) => pod === truth.primary.pod && uuid === truth.primary.uuid,
                );
                check({ seen, plan, truth, servers, primary, next: writes(plan)[0] });
            }
        }),
        { numRuns: runs, seed },
    );
}

function writes(plan: Plan): Truth[] {
    return plan.acts.flatMap((act) => (act.kind === "writeTruth" ? [act.truth] : []));
}

type OnServer = Extract<Act, { server: unknown }>;

function onServers(plan: Plan): OnServer[] {
    return plan.acts.flatMap((act) => ("server" in act ? [act] : []));
}

function changesPrimary({ truth, next }: Case): boolean {
    return next !== undefined && next.term !== truth.term;
}

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
        }, 10_000);
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

    it("promises more only when the primary waits for it and so many members hold all it has", () => {
        always(({ truth, next, servers, primary }) => {
            if (next === undefined || next.acks <= truth.acks) {
                return;
            }
            assert.ok(primary !== undefined && primary.source.waitsFor >= next.acks);
            assert.ok(primary.fence >= truth.version);
            const holders = servers.filter(
                (each) =>
                    each.member !== undefined &&
                    each !== primary &&
                    includes(each.has, primary.executed),
            );
            assert.ok(holders.length >= next.acks);
        });
    });

    it("lets a member go only when those who stay hold all that was confirmed", () => {
        let leavings = 0;
        always(({ truth, next, servers, primary }) => {
            const stay = next?.members ?? truth.members;
            const gone = truth.members.filter(
                ({ uuid }) => !stay.some((each) => each.uuid === uuid),
            );
            if (gone.length === 0 || next === undefined) {
                return;
            }
            leavings++;
            assert.ok(primary !== undefined);
            assert.ok(primary.readOnly || primary.source.waitsFor >= next.acks);
            assert.ok(stay.some(({ uuid }) => uuid === truth.primary.uuid));
            const holders = servers.filter(
                (each) =>
                    each !== primary &&
                    stay.some(({ uuid }) => uuid === each.uuid) &&
                    includes(each.has, primary.executed),
            );
            assert.ok(holders.length >= next.acks);
            for (const { uuid } of gone) {
                const server = servers.find((each) => each.uuid === uuid);
                assert.ok(server?.acknowledges !== true);
            }
        }, 10_000);
        assert.ok(leavings > 5, `only ${leavings} leavings`);
    });

    it("never has a server wait for less than is promised", () => {
        always(({ plan, truth }) => {
            for (const act of onServers(plan)) {
                assert.ok(act.kind !== "setSource" || act.acks >= truth.acks);
            }
        });
    });

    it("lets only members acknowledge that are to stay", () => {
        always(({ plan, servers }) => {
            for (const act of onServers(plan)) {
                const on =
                    (act.kind === "follow" && act.acknowledge) ||
                    (act.kind === "setAcknowledge" && act.on);
                if (on) {
                    const member = servers.find(({ pod }) => pod === act.server.pod)?.member;
                    assert.ok(member !== undefined && member.leaving === undefined);
                }
            }
        });
    });

    it("never has a replica forget what it has received", () => {
        always(({ plan, servers }) => {
            for (const act of onServers(plan)) {
                const server = servers.find(({ pod }) => pod === act.server.pod);
                assert.deepEqual(server === undefined || idOf(server), act.server);
                if (server !== undefined && act.kind === "follow") {
                    assert.ok(appliedAll(server) || server.channel?.applying === true);
                } else if (server !== undefined && act.kind === "detach") {
                    assert.ok(appliedAll(server) || !server.readOnly);
                }
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

    it("rebuilds or restarts one Pod at a time, and the primary only when it is alone", () => {
        always(({ plan, truth, seen, next }) => {
            const restarts = plan.acts.filter(({ kind }) => kind === "restartPod");
            assert.ok(restarts.length <= 1);
            for (const act of restarts) {
                const alone = seen.wanted.pods === 1;
                assert.ok(act.kind !== "restartPod" || act.pod !== truth.primary.pod || alone);
            }
            assert.ok((next?.rebuilds.length ?? 0) <= 1);
            assert.ok(
                next === undefined || next.rebuilds.every(({ pod }) => pod !== next.primary.pod),
            );
        });
    });

    it("has each Pod copied by one other at a time, and the primary only when no replica is fit", () => {
        always(({ next, truth, servers }) => {
            if (next === undefined || next.donors === truth.donors) {
                return;
            }
            const donors = Object.values(next.donors);
            assert.equal(new Set(donors).size, donors.length);
            for (const [pod, donor] of Object.entries(next.donors)) {
                assert.notEqual(pod, donor);
                assert.ok(servers.some((each) => each.pod === donor));
                assert.ok(!servers.some((each) => each.pod === pod));
            }
        });
    });

    it("names Pods spare only when no member is among them", () => {
        always(({ plan, truth, seen }) => {
            assert.ok(truth.members.every(({ pod }) => ordinalOf(pod) < plan.spareFrom));
            assert.ok(plan.spareFrom >= seen.wanted.pods);
        });
    });
});
