import { describeProblem } from "../../components/problem";
import { readSettings } from "../../settings";
import { stackConfig } from "../mocks";

/** The least that a stack must say. */
export const nfs = { nfsServer: "10.0.0.5", nfsPath: "/export" };

export function read(own: Record<string, unknown> = nfs, stack = "dev") {
    const values = Object.fromEntries(
        Object.entries(stackConfig(own)).map(([key, value]): [string, string] => [
            key.replace("mysql-nfs:", ""),
            value,
        ]),
    );
    return readSettings(values, "mysql-nfs", stack);
}

export function problems(own: Record<string, unknown>): string[] {
    return read({ ...nfs, ...own }).problems.map((problem) => describeProblem(problem));
}
