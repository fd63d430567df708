import * as assert from "node:assert/strict";
import { refusedChanges } from "../../components/declared";
import type { MysqlClusterArgs } from "../../components/mysql/args";
import { declaredRollout, judgeRollout } from "../../components/mysql/rollout";
import { withDefaults } from "../../components/mysql/withDefaults";
import { describeProblem } from "../../components/problem";

describe("a rollout", () => {
    const judged = (before: Partial<MysqlClusterArgs>, after: Partial<MysqlClusterArgs>) => {
        const declared = (args: Partial<MysqlClusterArgs>) =>
            declaredRollout(withDefaults({ namespace: "db", ...args }));
        const nameOf = (field: string) => `mysql-nfs:${field}`;
        return refusedChanges(declared(before), declared(after), judgeRollout(nameOf)).map((each) =>
            describeProblem(each, nameOf),
        );
    };
    const old = { image: "mysql:8.4.10", pods: 3 };

    it("brings another series or more Pods, but not both at once", () => {
        assert.deepEqual(judged(old, { image: "mysql:9.7.1", pods: 3 }), []);
        assert.deepEqual(judged(old, { image: "mysql:8.4.11", pods: 5 }), []);
        assert.deepEqual(judged(old, { image: "mysql:9.7.1", pods: 2 }), []);
        assert.deepEqual(judged(old, { image: "mysql:9.7.1", pods: 4 }), [
            `mysql-nfs:pods = "4": it is "3" now; bring the old value back and raise it once all Pods run the new series of mysql-nfs:image: a new Pod can't copy the data of another series`,
        ]);
    });

    it("asks no Pod to be the primary that comes only after the switchover", () => {
        const remedy =
            "bring the old value back and set it once mysql-nfs:pods has been raised: the new Pod copies the data first";
        assert.deepEqual(judged({ ...old, primary: 1 }, { ...old, pods: 5, primary: 3 }), [
            `mysql-nfs:primary = "3": it is "1" now; ${remedy}`,
        ]);
        assert.deepEqual(judged(old, { ...old, pods: 5, primary: 4 }), [
            `mysql-nfs:primary = "4": it is not set now; ${remedy}`,
        ]);
        assert.deepEqual(judged(old, { ...old, pods: 5, primary: 2 }), []);
        assert.deepEqual(judged({ ...old, primary: 2 }, { ...old, pods: 2, primary: 1 }), []);
        assert.deepEqual(judged({ ...old, primary: 2 }, { ...old, pods: 5 }), []);
    });
});
