import type { Session } from "./connection";

/** Longer than any act may take: a receiver or an applier stops at the end of what it does. */
export const actTimeoutMs = 15_000;

const replicationUser = "cluster_replication";

interface ChannelState {
    /** Empty where there is no channel. */
    readonly host: string;
    readonly receiverRuns: boolean;
    readonly applierRuns: boolean;
    readonly appliedAll: boolean;
}

async function channelOf(session: Session): Promise<ChannelState> {
    const [row] = await session.rows(
        `SELECT channel.HOST AS host, connection.SERVICE_STATE <> 'OFF' AS receiver, applier.SERVICE_STATE = 'ON' AS applier,
            GTID_SUBSET(connection.RECEIVED_TRANSACTION_SET, @@global.gtid_executed) AS appliedAll
        FROM performance_schema.replication_connection_configuration AS channel
        JOIN performance_schema.replication_connection_status AS connection USING (CHANNEL_NAME)
        JOIN performance_schema.replication_applier_status AS applier USING (CHANNEL_NAME)
        WHERE CHANNEL_NAME = ''`,
        actTimeoutMs,
    );
    return {
        host: String(row?.["host"] ?? ""),
        receiverRuns: Number(row?.["receiver"]) === 1,
        applierRuns: Number(row?.["applier"]) === 1,
        appliedAll: row === undefined || Number(row["appliedAll"]) === 1,
    };
}

/** It receives and acknowledges no more; what it has received is applied on. */
export async function freeze(session: Session): Promise<void> {
    if ((await channelOf(session)).host !== "") {
        await session.run("STOP REPLICA IO_THREAD", actTimeoutMs);
    }
}

export async function startApplier(session: Session): Promise<void> {
    await session.run("START REPLICA SQL_THREAD", actTimeoutMs);
}

/** Forgets its source, and has nothing of it left to apply. */
export async function detach(session: Session): Promise<void> {
    const { host } = await channelOf(session);
    if (host === "") {
        return;
    }
    await session.run("STOP REPLICA IO_THREAD", actTimeoutMs);
    if (!(await channelOf(session)).appliedAll) {
        throw new Error("it has not applied all that it has received");
    }
    await endApplier(session);
    await session.run("STOP REPLICA", actTimeoutMs);
    await session.run("RESET REPLICA ALL", actTimeoutMs);
}

/**
 * Asked to stop in the middle of a transaction, the applier waits a minute for the rest of it. Its source may never
 * send it, having died; then it is no transaction that this server has received, and is rolled back.
 */
async function endApplier(session: Session): Promise<void> {
    const [row] = await session.rows(
        `SELECT thread.PROCESSLIST_ID AS id FROM performance_schema.replication_applier_status_by_coordinator AS coordinator
        JOIN performance_schema.threads AS thread USING (THREAD_ID) WHERE coordinator.CHANNEL_NAME = ''`,
        actTimeoutMs,
    );
    if (row !== undefined) {
        await session.run(`KILL ${Number(row["id"])}`, actTimeoutMs);
    }
}

/**
 * Receives from that host. What was received before is kept: MySQL throws relay logs away only where neither thread runs, so
 * the applier runs on, or has nothing left to do.
 */
export async function follow(
    session: Session,
    host: string,
    acknowledge: boolean,
    password: string,
): Promise<void> {
    // Else what it applies would wait for acknowledgements too.
    await session.run("SET GLOBAL rpl_semi_sync_source_enabled = OFF", actTimeoutMs);
    const before = await channelOf(session);
    if (before.host !== "") {
        await session.run("STOP REPLICA IO_THREAD", actTimeoutMs);
    }
    if (before.host !== host) {
        const { applierRuns, appliedAll } = await channelOf(session);
        if (before.host !== "" && !applierRuns && !appliedAll) {
            throw new Error("it would forget what it has received: its applier doesn't run");
        }
        await session.run(
            before.host === ""
                ? // It tries for ever: to give up is for the controller to decide.
                  "CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = 3306, SOURCE_AUTO_POSITION = 1, " +
                      "SOURCE_SSL = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 0, SOURCE_HEARTBEAT_PERIOD = 1"
                : "CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?",
            actTimeoutMs,
            [host],
        );
    }
    await acknowledging(session, acknowledge);
    await startReceiver(session, password, "");
}

/** As a semi-synchronous replica or not, which a connection to the source is for as long as it lasts. */
export async function setAcknowledge(
    session: Session,
    on: boolean,
    password: string,
): Promise<void> {
    const { host, receiverRuns } = await channelOf(session);
    if (host !== "" && receiverRuns) {
        await session.run("STOP REPLICA IO_THREAD", actTimeoutMs);
    }
    await acknowledging(session, on);
    if (host !== "" && receiverRuns) {
        await startReceiver(session, password, "IO_THREAD ");
    }
}

async function acknowledging(session: Session, on: boolean): Promise<void> {
    await session.run(
        `SET GLOBAL rpl_semi_sync_replica_enabled = ${on ? "ON" : "OFF"}`,
        actTimeoutMs,
    );
}

/** The password is given here: CHANGE REPLICATION SOURCE would keep it in the data directory, readable. */
async function startReceiver(session: Session, password: string, thread: string): Promise<void> {
    await session.run(`START REPLICA ${thread}USER = ? PASSWORD = ?`, actTimeoutMs, [
        replicationUser,
        password,
    ]);
}
