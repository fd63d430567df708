#!/usr/bin/env bash
# Runs before mysqld at each start of a Pod. It sees to it that the volume holds a complete data directory and
# writes what differs between Pods into memory (server.cnf, boot.sql).
#
# A data directory is built under another name and renamed at the end: if it has its name, it is complete. Killed at
# any point, this script begins again; of two that run at once on one volume, the first to rename wins.
#
# The first Pod makes an empty database only when nothing says that the cluster ever held data. Any other Pod
# without data, and the first one later on, copies the Pod that the controller names. Data is thrown away only when the
# controller says so, by its server_uuid.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=fill.sh
source "${BASH_SOURCE[0]%/*}/fill.sh"
# shellcheck source-path=SCRIPTDIR source=rebuild.sh
source "${BASH_SOURCE[0]%/*}/rebuild.sh"

ordinal=${POD_NAME##*-}
# Servers of one cluster never have the same id, and none has 0.
server_id=$((100 + ordinal))

main() {
    # Process 1 gets no signal that it has no handler for.
    trap 'exit 143' TERM INT
    trap clean_up EXIT
    write_server_cnf
    check_config
    # A directory emptied by hand is no data.
    rmdir "$data" 2>/dev/null || true
    discard_unwanted_data
    if [[ -e $data ]]; then
        say "the volume holds the data already"
    else
        remove_leftovers
        if [[ -e $topology/data-exists || -n $(word_about rebuild) ]]; then
            receive_copy "the cluster has held data, and this volume is empty"
        elif [[ $ordinal == 0 ]]; then
            begin
        else
            receive_copy "this volume is empty"
        fi
    fi
    write_boot_sql
    say "ready to start"
}

# Every server starts read-only: who writes is the controller's decision.
write_server_cnf() {
    printf '%s\n' "[mysqld]" "server_id = $server_id" "report_host = $(host_of "$POD_NAME")" \
        "super_read_only = ON" >"$run/server.cnf"
}

check_config() {
    local output
    if ! output=$(mysqld --defaults-file="$config" --init-file=/dev/null --validate-config 2>&1); then
        say "mysqld refuses its settings: $(first_error_in <<<"$output"); correct mysqldSettings"
        exit 1
    fi
}

clean_up() {
    trap - EXIT TERM INT
    stop_server || true
    rm -rf "$temporary/recipient" "$run/recipient.sql" "$run/peer.cnf"
}

main "$@"
