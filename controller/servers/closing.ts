import type { Row } from "./asking";
import type { Session } from "./connection";

const timeoutMs = 2_000;
/** Time for commits on their way to be confirmed, where replicas acknowledge. */
const graceMs = 300;
const pauseMs = 50;
/** What can't be closed by then is tried again, once the rest has been seen to. */
const longestMs = 3_000;

/** Everybody but the cluster itself and MySQL's own threads. */
const applicationsSql = `
SELECT PROCESSLIST_ID AS id, PROCESSLIST_STATE AS state FROM performance_schema.threads
WHERE PROCESSLIST_ID IS NOT NULL AND TYPE = 'FOREGROUND' AND PROCESSLIST_ID <> CONNECTION_ID()
    AND PROCESSLIST_USER IS NOT NULL
    AND PROCESSLIST_USER NOT IN (
        'cluster_controller', 'cluster_replication', 'cluster_clone', 'cluster_monitor', 'event_scheduler', 'system user')`;

/** Ends the connections of applications, whatever they wait for. */
export async function endApplications(session: Session): Promise<Row[]> {
    const rows = await session.rows(applicationsSql, timeoutMs);
    for (const { id } of rows) {
        // One that is gone already is as good.
        await session.run(`KILL ${Number(id)}`, timeoutMs).catch(onlyIfOpen(session));
    }
    return rows;
}

/**
 * super_read_only, which waits for commits that are under way and lets none begin meanwhile. Those that wait in vain for an
 * acknowledgement are let go only when their clients are cut off: nobody must be told that they are durable.
 */
export async function closeToWrites(
    session: Session,
    openOther: () => Promise<Session>,
): Promise<void> {
    const other = await openOther().catch(async () => {
        // Clients have taken all the room there is.
        await endApplications(session);
        return openOther();
    });
    try {
        const closing = session.run("SET GLOBAL super_read_only = ON", longestMs);
        const isClosed = (ms: number) =>
            Promise.race([closing.then(() => true), pause(ms).then(() => false)]);
        for (let ms = graceMs; !(await isClosed(ms)); ms = pauseMs) {
            await letGo(other, session.id);
        }
        await endApplications(other);
    } finally {
        other.close();
    }
}

async function letGo(other: Session, closer: number): Promise<void> {
    const [row] = await other.rows(
        `SELECT PROCESSLIST_STATE AS state FROM performance_schema.threads WHERE PROCESSLIST_ID = ${closer}`,
        timeoutMs,
    );
    // From then on no statement that writes can begin.
    const nobodyCanBegin = /^Waiting for (global read|commit) lock/.test(String(row?.["state"]));
    // Whoever began before is in this list, and is told nothing any more once it has been ended.
    const ended = await endApplications(other);
    if (
        nobodyCanBegin &&
        ended.some(({ state }) => String(state).startsWith("Waiting for semi-sync ACK"))
    ) {
        await other.run("SET GLOBAL rpl_semi_sync_source_enabled = OFF", timeoutMs);
    }
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

function onlyIfOpen(session: Session) {
    return (error: unknown): void => {
        if (!session.isOpen) {
            throw error;
        }
    };
}
