#!/usr/bin/env bash
# Succeeds when this server is fit for its role: a primary that takes writes, or a replica whose data doesn't get older
# than LAG_BOUND_SECONDS. One that can't reach the primary serves reads until then.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# Readers come for two seconds more: the time of Kubernetes' controllers and of kube-proxy to hear of it.
bound=$((LAG_BOUND_SECONDS - 2))

# Why this server receives nothing. 13114 is what a replica makes of the primary's 1236.
receiving_sql="CASE
    WHEN connection.LAST_ERROR_NUMBER = 0 THEN 'no error is noted so far'
    WHEN connection.LAST_ERROR_NUMBER = 1045
        THEN 'error 1045, the primary has another replication password: see New passwords in docs/how-it-works.md'
    WHEN connection.LAST_ERROR_NUMBER IN (1236, 13114)
        THEN 'error 1236, the primary lacks what this server needs, or the reverse: its data has to be copied anew'
    ELSE CONCAT('error ', connection.LAST_ERROR_NUMBER, ': the log says more')
END"

# The word ready, or what is wrong; errors by their numbers, since their texts may hold people's data, and Kubernetes
# shows this to all who may see events. The primary's times are compared with this server's: clocks that differ count
# as lag, or hide it.
verdict_sql="
SELECT CASE
    WHEN @@global.read_only = 0 THEN 'ready'
    WHEN connection.SERVICE_STATE IS NULL
        THEN 'read-only, and no replica: waiting for the controller'
    WHEN applier.SERVICE_STATE <> 'ON'
        THEN IF(failure.number > 0, CONCAT('the applier has stopped with error ', failure.number, ': the log says more'),
            'the applier does not run: waiting for the controller')
    WHEN connection.SERVICE_STATE = 'OFF'
        THEN IF(connection.LAST_ERROR_NUMBER > 0, CONCAT('receiving has stopped: ', $receiving_sql),
            'it receives nothing: waiting for the controller')
    WHEN connection.SERVICE_STATE = 'CONNECTING' AND heard.at IS NULL
        THEN CONCAT('it has not reached the primary yet: ', $receiving_sql)
    WHEN heard.at < NOW(6) - INTERVAL $bound SECOND
        THEN CONCAT('cut off from the primary since ', heard.at, ': ', $receiving_sql)
    WHEN applying.since < NOW(6) - INTERVAL $bound SECOND
        THEN CONCAT('behind the primary by ', TIMESTAMPDIFF(SECOND, applying.since, NOW(6)), ' seconds')
    ELSE 'ready'
END
FROM (SELECT 1) AS one
LEFT JOIN performance_schema.replication_connection_status AS connection ON connection.CHANNEL_NAME = ''
LEFT JOIN performance_schema.replication_applier_status AS applier ON applier.CHANNEL_NAME = ''
LEFT JOIN LATERAL (
    SELECT NULLIF(GREATEST(connection.LAST_HEARTBEAT_TIMESTAMP, connection.LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP), 0) AS at
) AS heard ON TRUE
LEFT JOIN (
    SELECT MIN(since) AS since FROM (
        SELECT NULLIF(APPLYING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP, 0) AS since
            FROM performance_schema.replication_applier_status_by_worker
        UNION ALL
        SELECT NULLIF(PROCESSING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP, 0)
            FROM performance_schema.replication_applier_status_by_coordinator
    ) AS every
) AS applying ON TRUE
LEFT JOIN (
    SELECT MAX(number) AS number FROM (
        SELECT LAST_ERROR_NUMBER AS number FROM performance_schema.replication_applier_status_by_worker
        UNION ALL
        SELECT LAST_ERROR_NUMBER FROM performance_schema.replication_applier_status_by_coordinator
    ) AS each_error
) AS failure ON TRUE"

verdict=$(ask_server 8 "$verdict_sql") || true
case $verdict in
    ready) exit 0 ;;
    # No room for the probe either. Taking the server out of its Service would not give anyone room.
    *"ERROR 1040 "*) exit 0 ;;
    *)
        say "${verdict:-no answer within 8 seconds}"
        exit 1
        ;;
esac
