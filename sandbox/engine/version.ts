/** The first engine that runs resource hooks, by which the program refuses dangerous changes. */
export const oldestVersion = "v3.182.0";

/** Whether `pulumi version` printed a version that can run this program. */
export function isNewEnough(version: string): boolean {
    const found = parseVersion(version);
    const oldest = parseVersion(oldestVersion);
    if (found === undefined || oldest === undefined) {
        return false;
    }
    const difference = found
        .map((number, index) => number - (oldest[index] ?? 0))
        .find((each) => each !== 0);
    return difference === undefined || difference > 0;
}

function parseVersion(text: string): number[] | undefined {
    const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim());
    return match === null ? undefined : match.slice(1).map(Number);
}
