/** A series of MySQL, such as 9.7. */
export interface Version {
    major: number;
    minor: number;
}

/** The oldest series that is served. */
export const oldestVersion = "8.4";

/** Reads 9.7, 9.7.1 or 9.7.1-oraclelinux9; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
    const groups = /^(?<major>\d+)\.(?<minor>\d+)(?:[.-].*)?$/.exec(text)?.groups;
    return groups && { major: Number(groups.major), minor: Number(groups.minor) };
}

/** The series that an image's tag begins with; undefined for tags such as lts, and for bare digests. */
export function imageVersion(image: string): Version | undefined {
    const withoutDigest = image.split("@")[0] ?? "";
    const lastPart = withoutDigest.slice(withoutDigest.lastIndexOf("/") + 1);
    const tag = lastPart.split(":")[1];
    return tag === undefined ? undefined : parseVersion(tag);
}

/** The series that is given, or else that of the image; undefined when neither says it. */
export function versionOf(image: string, given: string | undefined): Version | undefined {
    return given === undefined ? imageVersion(image) : parseVersion(given);
}

/** Whether a version is that of the text, such as 9.5, or later. */
export function isAtLeast(version: Version, text: string): boolean {
    const least = parseVersion(text) ?? version;
    return version.major === least.major
        ? version.minor >= least.minor
        : version.major > least.major;
}
