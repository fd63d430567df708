import { checkDnsLabel, checkDnsSubdomain, checkSize, labelsProblems, oneOf } from "../checks";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import { nfsDefaults } from "./args";
import { checkPath, checkServer, checkVersion, mountOptionsProblems } from "./problems";
import type { NfsVolume, NfsVolumesArgs } from "./volumesArgs";

/** Everything that is wrong with the arguments; fields are named as in NfsVolumesArgs. */
export function nfsVolumesProblems(args: NfsVolumesArgs): Problem[] {
    const { server, volumes, version = nfsDefaults.version, storageClassName } = args;
    return [
        ...problemIf("server", server, checkServer(server)),
        ...problemIf("version", version, checkVersion(version)),
        ...mountOptionsProblems("mountOptions", args.mountOptions ?? [], version),
        ...(storageClassName === undefined
            ? []
            : problemIf("storageClassName", storageClassName, checkDnsSubdomain(storageClassName))),
        ...labelsProblems("labels", args.labels ?? {}),
        ...(volumes.length === 0 ? problemIf("volumes", [], "give at least one volume") : []),
        ...volumes.flatMap((volume, index) => [
            ...volumeProblems(`volumes[${index}]`, volume, version),
            ...repeatProblems(`volumes[${index}]`, volume, volumes.slice(0, index), server),
        ]),
    ];
}

function volumeProblems(at: string, volume: NfsVolume, version: string): Problem[] {
    const { name, path, server, capacity, accessModes, claimRef } = volume;
    return [
        ...problemIf(`${at}.name`, name, checkDnsLabel(name)),
        ...problemIf(`${at}.path`, path, checkPath(path)),
        ...(server === undefined ? [] : problemIf(`${at}.server`, server, checkServer(server))),
        ...(typeof capacity === "string"
            ? problemIf(`${at}.capacity`, capacity, checkSize(capacity))
            : []),
        ...accessModesProblems(`${at}.accessModes`, accessModes),
        ...mountOptionsProblems(`${at}.mountOptions`, volume.mountOptions ?? [], version),
        ...(typeof claimRef?.namespace === "string"
            ? problemIf(
                  `${at}.claimRef.namespace`,
                  claimRef.namespace,
                  checkDnsLabel(claimRef.namespace),
              )
            : []),
        ...(typeof claimRef?.name === "string"
            ? problemIf(`${at}.claimRef.name`, claimRef.name, checkDnsSubdomain(claimRef.name))
            : []),
        ...labelsProblems(`${at}.labels`, volume.labels ?? {}),
    ];
}

function accessModesProblems(field: string, modes: readonly string[]): Problem[] {
    const allowed = ["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"];
    return [
        ...(modes.length === 0 ? problemIf(field, [], "give at least one access mode") : []),
        ...modes.flatMap((mode, index) =>
            problemIf(
                `${field}[${index}]`,
                mode,
                modes.indexOf(mode) < index ? "give each mode once" : oneOf(allowed)(mode),
            ),
        ),
    ];
}

/** What no two volumes may have in common. */
function repeatProblems(
    at: string,
    volume: NfsVolume,
    earlier: readonly NfsVolume[],
    server: string,
): Problem[] {
    const serverOf = (each: NfsVolume) => (each.server ?? server).toLowerCase();
    const shared = earlier.find(
        (other) => serverOf(other) === serverOf(volume) && overlap(other.path, volume.path),
    );
    const reserved = earlier.find((other) => isSameClaim(other.claimRef, volume.claimRef));
    return [
        ...(earlier.some((other) => other.name === volume.name)
            ? problemIf(`${at}.name`, volume.name, "give each volume a name of its own")
            : []),
        ...(shared === undefined
            ? []
            : problemIf(
                  `${at}.path`,
                  volume.path,
                  `give each volume a directory of its own: volume ${shared.name} has ${shared.path}, and two claims would write into one directory`,
              )),
        ...(reserved === undefined
            ? []
            : problemIf(
                  `${at}.claimRef`,
                  volume.claimRef,
                  `reserve one volume for a claim: volume ${reserved.name} is for it already`,
              )),
    ];
}

/** Whether one directory is, or lies in, the other. */
function overlap(one: string, other: string): boolean {
    const [a, b] = [one, other].map((path) => (path === "/" ? path : `${path}/`));
    return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a));
}

function isSameClaim(one: NfsVolume["claimRef"], other: NfsVolume["claimRef"]): boolean {
    return (
        one !== undefined &&
        other !== undefined &&
        one.namespace === other.namespace &&
        one.name === other.name
    );
}
