import * as assert from "node:assert/strict";
import { unfit } from "../../controller/fitness";
import { includes } from "../../controller/gtid";
import { defaultSettings } from "../../controller/settings";
import { donorsChange } from "../../controller/upkeep";
import { appliedAll, idOf, viewOf } from "../../controller/view";
import { always, now, onServers } from "./world/always";

describe("whatever is seen, a plan for the replicas", function () {
    this.timeout(110_000);

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
        let copies = 0;
        let ofPrimary = 0;
        always(({ seen, truth, servers, primary }) => {
            const view = viewOf(seen, truth, defaultSettings, now);
            const donors = primary && donorsChange(view, primary)?.change.donors;
            const fit = servers.filter((each) => unfit(view, each) === undefined);
            for (const [pod, donor] of Object.entries(donors ?? {})) {
                const server = seen.servers[pod];
                assert.ok(server?.answer === "empty" && pod !== donor);
                if (server.copying !== undefined) {
                    assert.equal(donor, server.copying.donor);
                    continue;
                }
                copies++;
                const takers = Object.values(donors ?? {}).filter((each) => each === donor);
                assert.equal(takers.length, 1);
                const isBusy = servers.some((each) => each.pod === donor && each.copies === 1);
                assert.ok(!isBusy || truth.donors[pod] === donor);
                if (donor === truth.primary.pod) {
                    ofPrimary++;
                    assert.deepEqual(fit, []);
                } else {
                    assert.ok(fit.some((each) => each.pod === donor));
                }
            }
        }, 10_000);
        assert.ok(ofPrimary > 50 && copies - ofPrimary > 50, `${ofPrimary} of ${copies}`);
    });
});
