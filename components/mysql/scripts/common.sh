# shellcheck shell=bash disable=SC2034
# What the other scripts share. The places are those of paths.ts; tests set others.

volume=${VOLUME:-/var/lib/mysql}
data=$volume/data
config=${CONFIG:-/etc/mysql-cluster/my.cnf}
run=${RUN:-/run/mysqld}
temporary=${TEMPORARY:-/tmp}
topology=${TOPOLOGY:-/etc/mysql-topology}
declared=${DECLARED:-/etc/mysql-declared}
# The account that may see whether the server is well, and nothing else; it logs in by the uid behind the socket.
monitor=cluster_monitor

say() {
    printf '%s\n' "$*"
}

# What this Pod's server answers the monitor, or why it doesn't; fails without an answer in time.
ask_server() { # seconds, SQL
    timeout "$1" mysql --no-defaults --batch --skip-column-names --connect-timeout=5 --socket="$run/mysqld.sock" --user="$monitor" --execute="$2" 2>&1
}

# mysql without the image's option files; prints rows without headings, columns separated by tabs.
client() {
    mysql --no-defaults --batch --skip-column-names --connect-timeout=5 "$@"
}
