#!/usr/bin/env bash
# Runs before mysqld at each start of a Pod. It sees to it that the volume holds a complete data directory and
# writes what differs between Pods into memory (server.cnf, boot.sql).
#
# A data directory is built under another name and renamed at the end: if it has its name, it is complete. Killed at
# any point, this script begins again; of two that run at once on one volume, the first to rename wins.
#
# The first Pod makes an empty database only when nothing says that the cluster ever held data. Any other Pod
# without data, and the first one later on, copies a peer or waits for one, and says so.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=fill.sh
source "${BASH_SOURCE[0]%/*}/fill.sh"

ordinal=${POD_NAME##*-}
# Servers of one cluster never have the same id, and none has 0.
server_id=$((100 + ordinal))
copy_retries=0
last_reason=

main() {
    # Process 1 gets no signal that it has no handler for.
    trap 'exit 143' TERM INT
    trap clean_up EXIT
    write_server_cnf
    check_config
    write_peer_login
    # A directory emptied by hand is no data.
    rmdir "$data" 2>/dev/null || true
    if [[ -e $data ]]; then
        say "the volume holds the data already"
    else
        remove_leftovers
        if [[ $POD_NAME != "$(primary)" ]]; then
            copy_as_replica
        elif [[ -e $topology/data-exists ]]; then
            copy_as_primary "the cluster has held data, and this volume is empty"
        else
            begin
        fi
    fi
    if [[ $POD_NAME == "$(primary)" ]]; then
        write_boot_sql primary
    else
        write_boot_sql replica "$(peer_host "$(primary)")"
    fi
    say "ready to start as the $(role)"
}

# The one place that says who the primary is.
primary() {
    say "$CLUSTER_NAME-0"
}

role() {
    if [[ $POD_NAME == "$(primary)" ]]; then say "primary"; else say "replica of $(primary)"; fi
}

# A primary starts read-only too, and boot.sql makes it writable at its end.
write_server_cnf() {
    local read_only=super_read_only
    if [[ $POD_NAME == "$(primary)" ]]; then
        read_only=read_only
    fi
    printf '%s\n' "[mysqld]" "server_id = $server_id" \
        "report_host = $POD_NAME.$CLUSTER_NAME.$POD_NAMESPACE.svc.$CLUSTER_DOMAIN" \
        "$read_only = ON" >"$run/server.cnf"
}

check_config() {
    local output
    if ! output=$(mysqld --defaults-file="$config" --init-file=/dev/null --validate-config 2>&1); then
        say "mysqld refuses its settings: $(first_error_in <<<"$output"); correct mysqldSettings"
        exit 1
    fi
}

# Waits a moment and says why, once for each reason.
wait_because() {
    check_server
    copy_retries=0
    if [[ $last_reason != "$*" ]]; then
        last_reason=$*
        say "$*"
    fi
    pause "${RETRY_SECONDS:-2}"
}

# Waits twice as long each time, from 2 seconds to a minute: a copy burdens its donor.
wait_after_failed_copy() {
    local times=$((copy_retries < 5 ? 2 ** copy_retries : 30))
    check_server
    copy_retries=$((copy_retries + 1))
    last_reason=
    for ((; times > 0; times--)); do
        pause "${RETRY_SECONDS:-2}"
    done
}

# A signal ends this, but not a plain sleep.
pause() {
    sleep "$1" &
    wait $!
}

clean_up() {
    trap - EXIT TERM INT
    stop_server || true
    rm -rf "$temporary/recipient" "$run/recipient.sql" "$run/peer.cnf"
}

main "$@"
