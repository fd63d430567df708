#!/usr/bin/env bash
# Runs the server, and stops it. A primary that waits for its replicas' acknowledgements is not shut down but killed: MySQL
# gives up waiting when too few replicas are left while it shuts down (ER_SEMISYNC_FORCED_SHUTDOWN), and confirms what no
# other server has. Another one may be the primary by then, and that would be lost. Killed, it confirms nothing any more,
# and recovers at its next start as from a crash.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# A server that doesn't answer within a second may be such a primary.
may_shut_down() {
    local answer
    answer=$(timeout 1 mysql --no-defaults --batch --skip-column-names --socket="$run/mysqld.sock" --user="$monitor" \
        --execute="SELECT @@global.super_read_only OR NOT @@global.rpl_semi_sync_source_enabled" 2>&1) &&
        [[ $answer == 1 ]]
}

stop() {
    if [[ -z $server ]]; then
        exit 143
    elif may_shut_down; then
        kill -TERM "$server"
    else
        say "told to stop while it takes writes, or doesn't answer: killing the server, so that it confirms nothing more"
        kill -KILL "$server"
    fi
}

# Before the server, since the first process of a container gets no signal that it has not asked for.
server=
trap stop TERM
mysqld --defaults-file="$config" &
server=$!
# A signal ends a wait.
wait "$server"
while kill -0 "$server" 2>/dev/null; do
    wait "$server"
done
wait "$server"
