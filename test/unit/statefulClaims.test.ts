import * as assert from "node:assert/strict";
import { judgeClaimChange, podClaims } from "../../components/stateful/claims";
import { claim, minimal } from "./redisService";

describe("A Pod's claims", () => {
    it("are called as the StatefulSet calls them", () => {
        const claims = podClaims({ ...minimal, claims: [claim, { ...claim, name: "logs" }] });
        assert.deepEqual(
            claims.map(({ name, pod }) => [name, pod]),
            [
                ["data-redis-0", 0],
                ["data-redis-1", 1],
                ["logs-redis-0", 0],
                ["logs-redis-1", 1],
            ],
        );
        const later = podClaims({ ...minimal, ordinalsStart: 5, replicas: 1, claims: [claim] });
        assert.deepEqual(
            later.map(({ name, pod }) => [name, pod]),
            [["data-redis-5", 5]],
        );
        assert.deepEqual(podClaims(minimal), []);
    });
});

describe("A change to claims in use", () => {
    const judged = (
        field: string,
        from: string | undefined,
        to: string | undefined,
        { expandable = "false", owned = true } = {},
    ) => judgeClaimChange(owned)({ field, from, to }, [], { "claims.data.expandable": expandable });

    it("passes when the size is the same in other words", () => {
        assert.equal(judged("claims.data.size", "1Gi", "1024Mi"), undefined);
    });

    it("passes when it grows on a class that lets volumes grow", () => {
        assert.equal(judged("claims.data.size", "1Gi", "2Gi", { expandable: "true" }), undefined);
    });

    it("passes when the class alone changes its mind, and when that is told for the first time", () => {
        assert.equal(judged("claims.data.expandable", "true", "false"), undefined);
        assert.equal(judged("claims.data.expandable", undefined, "false"), undefined);
    });

    it("is refused when it grows on a class that doesn't", () => {
        assert.equal(
            judged("claims.data.size", "1Gi", "2Gi"),
            "bring the old value back: the StorageClass doesn't let volumes grow. On NFS the size limits nothing, so there is nothing to gain; a class of another kind needs allowVolumeExpansion",
        );
    });

    it("is refused when it grows and the claims are the StatefulSet's own affair", () => {
        assert.equal(
            judged("claims.data.size", "1Gi", "2Gi", { expandable: "true", owned: false }),
            "bring the old value back: without an adoptingProvider, or with a claimRetention of Delete, the claims are not the stack's to grow",
        );
    });

    it("is refused when it shrinks, whatever the class allows", () => {
        for (const expandable of ["true", "false"]) {
            assert.equal(
                judged("claims.data.size", "2Gi", "1Gi", { expandable }),
                "bring the old value back: a volume can't shrink. To move to smaller ones, set up a stack with the new size and copy the data",
            );
        }
    });

    it("is refused when it moves, adds or takes a volume", () => {
        assert.equal(
            judged("claims.data.storageClassName", "a", "b"),
            "bring the old value back: a volume can't change this. To move, set up a stack with the new value and copy the data",
        );
        for (const [from, to] of [
            [undefined, "1Gi"],
            ["1Gi", undefined],
        ]) {
            assert.equal(
                judged("claims.logs.size", from, to),
                "bring the old value back: claims can't be added to or taken from Pods that exist",
            );
        }
    });
});
