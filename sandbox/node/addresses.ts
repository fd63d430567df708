import { createHash } from "node:crypto";

// All but the uplink lie inside the node's own network namespace, so they never meet the machine's
// addresses or another sandbox's.
export const nodeAddress = "10.88.0.1";
export const podRange = "10.88.0.0/16";
export const serviceRange = "10.96.0.0/16";
export const kubernetesServiceAddress = "10.96.0.1";
export const dnsServiceAddress = "10.96.0.10";
export const clusterDomain = "cluster.local";
export const apiServerPort = 6443;

/** The pair of virtual cables between the machine and one sandbox's node. */
export interface Uplink {
    /** Name of the machine's end; Linux allows 15 characters. */
    linkName: string;
    machineAddress: string;
    nodeAddress: string;
    prefixLength: number;
}

const instancePattern = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

export function assertInstanceName(instance: string): void {
    if (!instancePattern.test(instance)) {
        throw new Error(
            `MYSQL_NFS_SANDBOX "${instance}": a sandbox's name has 1 to 32 lower-case letters, ` +
                `digits and hyphens, and begins and ends with a letter or digit`,
        );
    }
}

/**
 * A /30 of 198.18.0.0/15 chosen by the sandbox's name, so that several run side by side. RFC 2544
 * keeps that range for bench tests: no network routes it.
 */
export function uplinkOf(instance: string): Uplink {
    const hash = createHash("sha256").update(instance).digest();
    const block = hash.readUInt16BE(0) % 32768;
    const base = ((198 << 24) | (18 << 16)) + block * 4;
    return {
        linkName: `mynfs-${hash.toString("hex", 0, 4)}`,
        machineAddress: formatAddress(base + 1),
        nodeAddress: formatAddress(base + 2),
        prefixLength: 30,
    };
}

function formatAddress(value: number): string {
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}
