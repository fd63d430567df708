import { parseGtidSet } from "../gtid";
import type { Channel, ServerSeen } from "../observation";

/** How many acknowledgements a commit waits for. */
export const waitsForSql =
    "IF(@@global.rpl_semi_sync_source_enabled, @@global.rpl_semi_sync_source_wait_for_replica_count, 0)";

/**
 * The one question that a server is asked each round: everything in one statement, so that the answer is of one
 * moment, or nearly. A server that receives a copy answers it too; what it holds is nothing.
 */
export const questionSql = `
SELECT
    @@global.datadir LIKE '%/recipient/' AS recipient,
    @@global.clone_valid_donor_list AS donor,
    (SELECT CONCAT_WS(' ', status.SOURCE, COALESCE(ROUND(100 * SUM(progress.DATA) / NULLIF(SUM(progress.ESTIMATE), 0)), 0))
        FROM performance_schema.clone_status AS status
        LEFT JOIN performance_schema.clone_progress AS progress ON progress.ID = status.ID
        WHERE status.STATE = 'In Progress' GROUP BY status.ID, status.SOURCE LIMIT 1) AS copying,
    channel.HOST AS sourceHost,
    connection.SERVICE_STATE AS receiving,
    connection.LAST_ERROR_NUMBER AS receiveError,
    connection.RECEIVED_TRANSACTION_SET AS retrieved,
    TIMESTAMPDIFF(MICROSECOND,
        NULLIF(GREATEST(connection.LAST_HEARTBEAT_TIMESTAMP, connection.LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP), 0),
        NOW(6)) / 1000 AS heardAgoMs,
    applier.SERVICE_STATE AS applying,
    (SELECT COALESCE(MAX(number), 0) FROM (
        SELECT LAST_ERROR_NUMBER AS number FROM performance_schema.replication_applier_status_by_worker
        UNION ALL
        SELECT LAST_ERROR_NUMBER FROM performance_schema.replication_applier_status_by_coordinator) AS errors) AS applyError,
    (SELECT TIMESTAMPDIFF(MICROSECOND, MIN(since), NOW(6)) / 1000 FROM (
        SELECT NULLIF(APPLYING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP, 0) AS since
            FROM performance_schema.replication_applier_status_by_worker
        UNION ALL
        SELECT NULLIF(PROCESSING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP, 0)
            FROM performance_schema.replication_applier_status_by_coordinator) AS applying) AS lagMs,
    @@global.gtid_executed AS executed,
    @@global.gtid_purged AS purged,
    @@global.server_uuid AS uuid,
    @@global.init_replica AS fence,
    @@global.read_only AS readOnly,
    @@global.super_read_only AS superReadOnly,
    ${waitsForSql} AS waitsFor,
    @@global.rpl_semi_sync_replica_enabled OR COALESCE((
        SELECT VARIABLE_VALUE = 'ON' FROM performance_schema.global_status
        WHERE VARIABLE_NAME = 'Rpl_semi_sync_replica_status'), FALSE) AS acknowledges,
    (SELECT GROUP_CONCAT(CONVERT(variable.VARIABLE_VALUE USING utf8mb4)) FROM performance_schema.user_variables_by_thread AS variable
        JOIN performance_schema.threads AS thread USING (THREAD_ID)
        WHERE variable.VARIABLE_NAME = 'replica_uuid' AND thread.PROCESSLIST_COMMAND LIKE 'Binlog Dump%') AS replicas,
    -- On a full disk the first of a group of commits waits for room in this state, and the others for it.
    (SELECT MAX(IF(PROCESSLIST_STATE LIKE 'waiting for handler commit%', PROCESSLIST_TIME, NULL)) FROM performance_schema.threads
        WHERE TYPE = 'FOREGROUND' HAVING SUM(PROCESSLIST_STATE LIKE 'Waiting for semi-sync ACK%') = 0) AS stuckForSeconds,
    (SELECT COUNT(*) FROM performance_schema.threads WHERE PROCESSLIST_COMMAND LIKE 'Clone%') AS copies
FROM (SELECT 1) AS one
LEFT JOIN performance_schema.replication_connection_configuration AS channel ON channel.CHANNEL_NAME = '' AND channel.HOST <> ''
LEFT JOIN performance_schema.replication_connection_status AS connection ON connection.CHANNEL_NAME = '' AND channel.HOST IS NOT NULL
LEFT JOIN performance_schema.replication_applier_status AS applier ON applier.CHANNEL_NAME = '' AND channel.HOST IS NOT NULL`;

/** What comes back: numbers may come as text, truths as 0 and 1. */
export type Row = Readonly<Record<string, string | number | null>>;

export interface Answer {
    readonly seen: Exclude<ServerSeen, { answer: "silent" }>;
    /** What a server that waits for a copy was told, to compare with what it is to be told. */
    readonly donor: string;
}

export function readAnswer(row: Row): Answer {
    const donor = text(row, "donor");
    if (flag(row, "recipient")) {
        const [source = "", percent = "0"] = text(row, "copying").split(" ");
        const copying = { donor: podOf(source), percent: Number(percent) };
        return { seen: { answer: "empty", ...(source === "" ? {} : { copying }) }, donor };
    }
    const stuckForSeconds = number(row, "stuckForSeconds");
    const channel = readChannel(row);
    return {
        seen: {
            answer: "serving",
            uuid: text(row, "uuid"),
            fence: readFence(text(row, "fence")),
            readOnly: flag(row, "readOnly"),
            superReadOnly: flag(row, "superReadOnly"),
            executed: parseGtidSet(text(row, "executed")),
            purged: parseGtidSet(text(row, "purged")),
            source: {
                waitsFor: number(row, "waitsFor") ?? 0,
                replicas: text(row, "replicas").split(",").filter(Boolean),
            },
            acknowledges: flag(row, "acknowledges"),
            ...(channel === undefined ? {} : { channel }),
            ...(stuckForSeconds === undefined ? {} : { stuckForMs: 1_000 * stuckForSeconds }),
            copies: number(row, "copies") ?? 0,
        },
        donor,
    };
}

function readChannel(row: Row): Channel | undefined {
    const host = text(row, "sourceHost");
    if (host === "") {
        return undefined;
    }
    const heardAgoMs = number(row, "heardAgoMs");
    const receiving = text(row, "receiving");
    return {
        source: podOf(host),
        receiving: receiving === "ON" ? "on" : receiving === "CONNECTING" ? "connecting" : "off",
        applying: text(row, "applying") === "ON",
        receiveError: number(row, "receiveError") ?? 0,
        applyError: number(row, "applyError") ?? 0,
        retrieved: parseGtidSet(text(row, "retrieved")),
        // Clocks of two nodes differ by a little.
        lagMs: Math.max(0, number(row, "lagMs") ?? 0),
        ...(heardAgoMs === undefined ? {} : { heardAgoMs: Math.max(0, heardAgoMs) }),
    };
}

/** The Pod in `<pod>.<service>...` or `<pod>.<service>...:3306`. */
function podOf(host: string): string {
    return host.split(".")[0] ?? "";
}

/**
 * The fence is kept in init_replica, as a statement that does nothing: it can be set on a read-only server, is seen by
 * all, and is gone with the boot, as acts are that were decided before it.
 */
export function fenceStatement(version: number): string {
    return `DO ${version}`;
}

export function readFence(statement: string): number {
    return Number(/^DO (\d+)$/.exec(statement)?.[1] ?? 0);
}

function text(row: Row, key: string): string {
    return String(row[key] ?? "");
}

function number(row: Row, key: string): number | undefined {
    const value = row[key];
    return value === null || value === undefined ? undefined : Number(value);
}

function flag(row: Row, key: string): boolean {
    return number(row, key) === 1;
}
