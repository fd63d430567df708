import * as assert from "node:assert/strict";
import type { MysqlClusterArgs } from "../../components/mysql/args";
import { mysqlProblems } from "../../components/mysql/problems";
import { describeProblem } from "../../components/problem";

export function problems(args: Partial<MysqlClusterArgs>): string[] {
    return mysqlProblems({ namespace: "db", ...args }).map((each) => describeProblem(each));
}

export function assertRefused(args: Partial<MysqlClusterArgs>, ...lines: string[]): void {
    assert.deepEqual(problems(args), lines);
}
