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
    answer=$(ask_server 1 "SELECT @@global.super_read_only OR NOT @@global.rpl_semi_sync_source_enabled") &&
        [[ $answer == 1 ]]
}

stop() {
    local server
    server=$(jobs -p)
    if [[ -z $server ]]; then
        exit 143 # told so before there was one
    elif may_shut_down; then
        kill -TERM "$server"
    else
        say "told to stop while it takes writes, or doesn't answer: killing the server, so that it confirms nothing more"
        kill -KILL "$server"
    fi
}

# Before the server, since the first process of a container gets no signal that it has not asked for.
trap stop TERM
mysqld --defaults-file="$config" &
# A signal ends a wait.
while kill -0 "$!" 2>/dev/null; do
    wait "$!"
done
wait "$!"
