import { RunError } from "@pulumi/pulumi";

/**
 * One thing that is wrong with an argument: the field, the value found there, and what to give instead.
 *
 * Validators return lists of these and never stop at the first, so that whoever called them can report
 * everything at once, in his own words for the field (settings.ts names the config key).
 */
export interface Problem {
    /** Name of the argument, with a path for what stands inside it: `resources.limits.memory`. */
    field: string;
    value: unknown;
    /** What is wrong and what to do about it, to be read after "field = value: ". */
    message: string;
}

/** Calls a check and turns what it says, if anything, into a list of at most one problem. */
export function problemIf(field: string, value: unknown, message: string | undefined): Problem[] {
    return message === undefined ? [] : [{ field, value, message }];
}

/** One line a problem: `mysqlPods = 16: give a whole number from 1 to 15`. */
export function describeProblem(problem: Problem, nameOf = (field: string) => field): string {
    return `${nameOf(problem.field)} = ${shown(problem.value)}: ${problem.message}`;
}

/** An error that ends a run with nothing but these problems, also when the program has run to its end already. */
export function refusalFor(
    problems: readonly Problem[],
    nameOf?: (field: string) => string,
): RunError {
    const refusal = new RunError(problems.map((each) => describeProblem(each, nameOf)).join("\n"));
    // The SDK prints the stack of whatever is thrown after the program's end, if it has one.
    refusal.stack = "";
    return refusal;
}

/** Throws one error that lists every problem, to be shown without a stack trace; returns when there is none. */
export function assertNoProblems(title: string, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
        throw new RunError(`${title}:\n${lines.join("\n")}`);
    }
}

function shown(value: unknown): string {
    return value === undefined || value === "" ? "(empty)" : JSON.stringify(value);
}
