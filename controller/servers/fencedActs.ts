import type { Act } from "../plan";
import { fenceStatement, readFence, waitsForSql } from "./asking";
import type { Session } from "./connection";
import { closeToWrites, endApplications } from "./closing";
import { actTimeoutMs, detach, follow, freeze, setAcknowledge, startApplier } from "./replicating";

export type ServerAct = Exclude<Act, { kind: "writeTruth" | "setLabels" | "restartPod" }>;

/** What acts need to know beside the plan. */
export interface ActContext {
    /** For a second connection to the same server. */
    readonly open: () => Promise<Session>;
    /** Address of a Pod that others receive from. */
    readonly hostOf: (pod: string) => string;
    readonly replicationPassword: () => string;
}

const lockName = "cluster_controller";

/**
 * Does an act on the connection on which the server was seen, and so on the same boot of it. One controller at a time:
 * an older one that holds the lock is cut off, and what it still sends is refused.
 */
export async function perform(
    session: Session,
    act: ServerAct,
    context: ActContext,
): Promise<void> {
    await takeLock(session);
    try {
        await raiseFence(session, act.version);
        await obey(session, act, context);
    } finally {
        if (session.isOpen) {
            await session.run("DO RELEASE_LOCK(?)", actTimeoutMs, [lockName]);
        }
    }
}

async function takeLock(session: Session): Promise<void> {
    const [row] = await session.rows(
        "SELECT GET_LOCK(?, 1) AS got, IS_USED_LOCK(?) AS holder",
        actTimeoutMs,
        [lockName, lockName],
    );
    if (Number(row?.["got"]) !== 1) {
        const holder = Number(row?.["holder"] ?? 0);
        if (holder > 0) {
            await session.run(`KILL ${holder}`, actTimeoutMs);
        }
        throw new Error("another controller is acting on this server; its connection is ended");
    }
}

async function raiseFence(session: Session, version: number): Promise<void> {
    const [row] = await session.rows("SELECT @@global.init_replica AS fence", actTimeoutMs);
    const fence = readFence(String(row?.["fence"] ?? ""));
    if (fence > version) {
        throw new Error(
            `this server obeys version ${fence} of the truth, and this act is of version ${version}`,
        );
    }
    if (fence < version) {
        await session.run("SET GLOBAL init_replica = ?", actTimeoutMs, [fenceStatement(version)]);
    }
}

function obey(session: Session, act: ServerAct, context: ActContext): Promise<void> {
    switch (act.kind) {
        case "fence":
            return closeToWrites(session, context.open);
        case "freeze":
            return freeze(session);
        case "startApplier":
            return startApplier(session);
        case "detach":
            return detach(session);
        case "setSource":
            return setSource(session, act.acks);
        case "open":
            return openToWrites(session, act.acks);
        case "follow":
            return follow(
                session,
                context.hostOf(act.source),
                act.acknowledge,
                context.replicationPassword(),
            );
        case "setAcknowledge":
            return setAcknowledge(session, act.on, context.replicationPassword());
    }
}

async function setSource(session: Session, acks: number): Promise<void> {
    await session.run(
        acks === 0
            ? "SET GLOBAL rpl_semi_sync_source_enabled = OFF"
            : `SET GLOBAL rpl_semi_sync_source_wait_for_replica_count = ${acks}, rpl_semi_sync_source_enabled = ON`,
        actTimeoutMs,
    );
}

/** Who read from it as from a replica is sent away: what it answers from now on is the primary's. */
async function openToWrites(session: Session, acks: number): Promise<void> {
    const [row] = await session.rows(`SELECT ${waitsForSql} AS waitsFor`, actTimeoutMs);
    if (Number(row?.["waitsFor"] ?? 0) < acks) {
        throw new Error(`it waits for fewer than ${acks} acknowledgements`);
    }
    await endApplications(session);
    // It takes super_read_only with it.
    await session.run("SET GLOBAL read_only = OFF", actTimeoutMs);
}
