import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../build/run";
import type { Uplink } from "./addresses";

/** The node's end of the pair, in its own network namespace. */
export const nodeLinkName = "uplink";

/** Joins the machine to the network namespace of a process. */
export async function connectUplink(uplink: Uplink, pid: number): Promise<void> {
    await removeUplink(uplink);
    await assertAddressIsFree(uplink);
    const { linkName } = uplink;
    const peer = ["peer", "name", nodeLinkName, "netns", String(pid)];
    await run("ip", ["link", "add", linkName, "type", "veth", ...peer]);
    const address = `${uplink.machineAddress}/${uplink.prefixLength}`;
    await run("ip", ["address", "add", address, "dev", linkName]);
    await run("ip", ["link", "set", linkName, "up"]);
}

/** The kernel removes the pair soon after the namespace's last process; this makes sure of it. */
export async function removeUplink(uplink: Uplink): Promise<void> {
    const isThere = () => existsSync(`/sys/class/net/${uplink.linkName}`);
    const deadline = Date.now() + 2000;
    while (isThere() && Date.now() < deadline) {
        await sleep(20);
    }
    if (isThere()) {
        await run("ip", ["link", "delete", uplink.linkName]).catch((error: unknown) => {
            if (isThere()) {
                throw error;
            }
        });
    }
}

async function assertAddressIsFree(uplink: Uplink): Promise<void> {
    const routes = await run("ip", ["-oneline", "-4", "address", "show"]);
    const taken = routes.split("\n").find((line) => line.includes(` ${uplink.machineAddress}/`));
    if (taken !== undefined) {
        const device = taken.split(/\s+/)[1] ?? "";
        throw new Error(
            `the sandbox's address ${uplink.machineAddress} is in use on ${device}: ` +
                `give the sandbox another name in MYSQL_NFS_SANDBOX`,
        );
    }
}
