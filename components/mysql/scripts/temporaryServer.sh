# shellcheck shell=bash
# Servers that prepare.sh runs for a while, with a socket of their own. Sourced by prepare.sh.

# shellcheck source-path=SCRIPTDIR source=boot.sh
source "${BASH_SOURCE[0]%/*}/boot.sh"
# shellcheck source-path=SCRIPTDIR source=waiting.sh
source "${BASH_SOURCE[0]%/*}/waiting.sh"

private_socket=$run/prepare.sock
server_log=$temporary/mysqld.log
# Between looks at a server or a copy.
tick=${TICK_SECONDS:-0.2}
server=

# Runs mysqld in the background, so that a signal ends the waiting and not only the child.
mysqld_until_done() {
    mysqld --defaults-file="$config" --init-file=/dev/null "$@" >"$server_log" 2>&1 &
    server=$!
    local status=0
    wait "$server" || status=$?
    server=
    return "$status"
}

# Read-only options of server.cnf would keep mysqld from filling its own tables.
initialise() { # directory, further options
    if ! mysqld_until_done --initialize-insecure --datadir="$1" --super-read-only=OFF --read-only=OFF \
        --skip-log-bin "${@:2}"; then
        rm -rf "$1"
        say "mysqld can't make a data directory: $(first_error_in <"$server_log")$(room_on "$1")"
        exit 1
    fi
}

start_server() { # directory, further options
    mysqld --defaults-file="$config" --init-file=/dev/null --datadir="$1" --socket="$private_socket" \
        --pid-file="$run/prepare.pid" "${@:2}" >"$server_log" 2>&1 &
    server=$!
    until mysqladmin --no-defaults --socket="$private_socket" --connect-timeout=2 --user="$monitor" ping >/dev/null 2>&1; do
        if ! kill -0 "$server" 2>/dev/null; then
            server=
            say "mysqld doesn't start on $1: $(first_error_in <"$server_log")$(room_on "$1")"
            exit 1
        fi
        pause "$tick"
    done
}

stop_server() {
    if [[ -n $server ]]; then
        kill "-${1:-TERM}" "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        # A killed server leaves them behind.
        rm -f "$private_socket" "$private_socket.lock"
        server=
    fi
}

# A server that died, for want of memory say, doesn't come back in this start of the container: end it.
check_server() {
    local status=0
    if [[ -n $server ]] && ! kill -0 "$server" 2>/dev/null; then
        wait "$server" || status=$?
        server=
        say "the server that receives copies has ended with status $status: $(first_error_in <"$server_log"); beginning anew"
        exit 1
    fi
}

# The recipient of a copy is a server on an empty data directory that is thrown away; the copy goes elsewhere.
# While it waits it tells peers who ask that this Pod holds nothing, and takes the controller's word whom to copy.
prepare_recipient() {
    local clone_password controller_password
    say "making ready to receive a copy"
    rm -rf "$temporary/recipient"
    initialise "$temporary/recipient" --innodb-doublewrite=OFF --innodb-flush-log-at-trx-commit=0
    read_password clone_password "$internal_credentials/clone-password"
    read_password controller_password "$internal_credentials/controller-password"
    (
        umask 077
        {
            say "SET SESSION sql_mode = '';"
            account_sql "'cluster_clone'@'%'" "$clone_password" SSL
            account_sql "'cluster_controller'@'%'" "$controller_password" SSL \
                'SYSTEM_VARIABLES_ADMIN ON *.*' 'SELECT ON performance_schema.*'
        } >"$run/recipient.sql"
    )
    start_server "$temporary/recipient" --init-file="$run/recipient.sql" \
        --super-read-only=OFF --read-only=OFF --skip-log-bin
}

# Where the controller says to copy from, as host:port; nothing when it has said nothing yet.
named_donor() {
    client --socket="$private_socket" --user=root \
        --execute="SELECT COALESCE(@@global.clone_valid_donor_list, '')" 2>/dev/null || true
}

# Copies the data of a running server, the one that the controller named, over TLS into a directory that isn't there yet.
clone() { # host, directory
    local clone_password status=0 job
    read_password clone_password "$internal_credentials/clone-password"
    {
        say "SET SESSION sql_mode = '';"
        say "CLONE INSTANCE FROM 'cluster_clone'@$(sql_text "$1"):3306 IDENTIFIED BY $(sql_text "$clone_password")" \
            "DATA DIRECTORY = $(sql_text "$2") REQUIRE SSL;"
    } | client --socket="$private_socket" --user=root >"$temporary/clone.log" 2>&1 &
    job=$!
    SECONDS=0
    while kill -0 "$job" 2>/dev/null; do
        pause "$tick"
        if ((SECONDS >= 60)); then
            SECONDS=0
            clone_progress
        fi
    done
    wait "$job" || status=$?
    return "$status"
}

clone_progress() {
    local progress
    progress=$(client --socket="$private_socket" --user=root --execute="SELECT CONCAT(ROUND(SUM(data) / 1048576), ' of ', ROUND(SUM(estimate) / 1048576), ' MiB') FROM performance_schema.clone_progress" 2>/dev/null || true)
    say "copied $progress"
}

other_copy_runs() {
    [[ $(<"$temporary/clone.log") == *": 3634 :"* ]]
}

# What went wrong with the last copy.
clone_error() {
    local output remedy=
    output=$(<"$temporary/clone.log")
    # ER_CLONE_DONOR_VERSION
    if [[ $output == "ERROR 3864 "* ]]; then
        remedy="; a copy needs servers of one series: set mysqlPods back until the new image runs on all of them"
    fi
    say "${output//$'\n'/ }$remedy$(room_on "$volume/data")"
}

# The first error in a log of mysqld, which is what the others come from, without its time and number.
first_error_in() {
    local line
    while IFS= read -r line; do
        if [[ $line == *"[ERROR]"* ]]; then
            say "${line#*"] ["*"] ["*"] "}"
            return
        fi
    done
    say "no error in its log"
}

# A word about the room on a file system, when there is next to none.
room_on() {
    local free
    free=$(df --output=avail --block-size=1M "${1%/*}" 2>/dev/null | tail -n 1) || return 0
    if ((free < 64)); then
        say " (only $((free)) MiB are free on ${1%/*}: make room, or give larger volumes by storageSize)"
    fi
}
