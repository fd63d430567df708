import { includes } from "../../../controller/gtid";
import { setOf } from "./server";
import type { World } from "./world";

/** What must hold at every instant. Throws with the seed's log otherwise. */
export function checkSafety(world: World): void {
    const able = [...world.servers.values()].filter(
        (each) =>
            each.writable &&
            world.replicasOf(each).filter(({ acknowledges }) => acknowledges).length >=
                each.waitsFor,
    );
    if (able.length > 1) {
        fail(world, `${able.map(({ pod }) => pod).join(" and ")} can both confirm commits`);
    }
}

/** A server that was just opened, and is the primary, holds every confirmed commit. */
export function checkPrimary(world: World): void {
    const { truth } = world;
    const server = world.servers.get(truth?.primary.pod ?? "");
    if (server?.volume?.uuid === truth?.primary.uuid && server?.writable === true) {
        const confirmed = setOf([...world.confirmed]);
        if (!includes(server.executed(), confirmed)) {
            fail(world, `${server.pod} is the primary and lacks confirmed commits`);
        }
    }
}

/** Each confirmed commit is on as many members as the truth promises, and one more, in volumes that were lost too. */
export function checkPromise(world: World): void {
    const { truth } = world;
    if (truth === undefined) {
        return;
    }
    const volumes = [
        ...[...world.servers.values()].flatMap(({ volume }) => volume ?? []),
        ...world.ghosts,
    ].filter(({ uuid }) => truth.members.some((each) => each.uuid === uuid));
    for (const gtid of world.confirmed) {
        const holders = volumes.filter(
            ({ binlog, relay }) => binlog.includes(gtid) || relay.includes(gtid),
        );
        if (holders.length < truth.acks + 1) {
            fail(
                world,
                `${gtid} is on ${holders.length} members, and the truth promises ${truth.acks + 1}`,
            );
        }
    }
}

/** Each primary and each failover was told of once, whoever died or was refused meanwhile. */
export function checkTold(world: World): void {
    const count = (...reasons: string[]) =>
        world.told.filter((each) => reasons.includes(each)).length;
    const primaries = count("Bootstrap", "Failover", "Switchover");
    const ended = count("Failover", "FailoverCancelled");
    if (primaries !== world.truth?.term || count("FailoverStarted") !== ended) {
        fail(world, `not all was told in term ${world.truth?.term}: ${world.told.join(" ")}`);
    }
}

export function fail(world: World, why: string): never {
    const state = [...world.servers.values()].map(
        ({
            pod,
            up,
            frozen,
            readOnly,
            waitsFor,
            acknowledges,
            receiving,
            applying,
            volume,
            fence,
        }) =>
            `${pod} ${JSON.stringify({ up, frozen, readOnly, waitsFor, acknowledges, receiving, applying, binlog: volume?.binlog.slice(-12).map(short).join(" "), relay: volume?.relay.map(short).join(" "), uuid: volume?.uuid.slice(0, 8), source: volume?.source, fence })}`,
    );
    throw new Error(
        [why, ...world.log.slice(-60), JSON.stringify(world.truth), ...state].join("\n"),
    );
}

function short(gtid: string): string {
    return `${Number(`0x${gtid.slice(0, 8)}`)}.${gtid.slice(37)}`;
}
