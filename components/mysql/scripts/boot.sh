# shellcheck shell=bash
# The SQL that mysqld runs at each start (init_file), before it admits a client. Sourced by prepare.sh.
#
# A statement that fails ends the file, and the server serves nevertheless. So everything fails closed: a server
# starts read-only, and what makes it a primary, or a replica, is the last statement.
# Nothing here is replicated but the database: each server has its accounts, with the passwords of its own Secrets,
# from its first moment on, even when it can't reach the others.

# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

credentials=${CREDENTIALS:-/run/secrets/mysql}
internal_credentials=${INTERNAL_CREDENTIALS:-/run/secrets/mysql-internal}
# At each start the passwords are set again, the old ones too. A component such as validate_password still judges them.
password_rules="PASSWORD EXPIRE NEVER PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY PASSWORD REQUIRE CURRENT OPTIONAL"
# With it cluster_clone tells whether a peer has applied what it has received.
may_see_received="SELECT ON performance_schema.replication_connection_status"

# Puts the content of a file into a variable, byte by byte, with a newline at its end if there is one.
read_password() { # variable, file
    local -n into=$1
    local LC_ALL=C wrong=
    if [[ ! -r $2 ]]; then
        wrong="the Secret lacks it, or this user may not read it: add the key ${2##*/}"
    else
        IFS= read -r -d '' into <"$2" || true
        if ((${#into} == 0)); then
            wrong="it is empty: put a password into the Secret"
        elif ((${#into} != $(stat --dereference --format=%s "$2"))); then
            wrong="it has a zero byte in it: put another password into the Secret"
        elif ((${#into} > 256)); then
            wrong="it is longer than MySQL's 256 bytes: put another password into the Secret"
        fi
    fi
    if [[ -n $wrong ]]; then
        # What calls this may write its output into a file.
        say "can't use the password $2: $wrong" >&2
        return 1
    fi
}

# A text as an SQL literal, in a session whose sql_mode lacks NO_BACKSLASH_ESCAPES.
sql_text() {
    local LC_ALL=C
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\'/\\\'}
    text=${text//$'\n'/\\n}
    text=${text//$'\r'/\\r}
    printf "'%s'" "$text"
}

# A name as an SQL identifier.
sql_name() {
    # shellcheck disable=SC2016 # backticks of SQL
    printf '`%s`' "${1//\`/\`\`}"
}

# The database in a GRANT is a pattern.
sql_pattern() {
    local text=$1
    text=${text//_/\\_}
    text=${text//%/\\%}
    sql_name "$text"
}

# An account with a password and the rights given; privileges it had before stay.
account_sql() { # 'user'@'host', password, requirement, grants...
    local grant
    printf 'CREATE USER IF NOT EXISTS %s %s;\n' "$1" "$password_rules"
    printf 'ALTER USER %s IDENTIFIED WITH caching_sha2_password BY %s REQUIRE %s %s;\n' \
        "$1" "$(sql_text "$2")" "$3" "$password_rules"
    for grant in "${@:4}"; do
        printf 'GRANT %s TO %s;\n' "$grant" "$1"
    done
}

# The accounts that the cluster itself uses, with passwords made for it.
cluster_accounts_sql() {
    local replication_password clone_password table
    read_password replication_password "$internal_credentials/replication-password"
    read_password clone_password "$internal_credentials/clone-password"

    printf "CREATE USER IF NOT EXISTS '%s'@'localhost' IDENTIFIED WITH auth_socket AS 'mysql';\n" "$monitor"
    for table in connection_status applier_status applier_status_by_coordinator applier_status_by_worker; do
        printf "GRANT SELECT ON performance_schema.replication_%s TO '%s'@'localhost';\n" "$table" "$monitor"
    done
    account_sql "'cluster_replication'@'%'" "$replication_password" SSL 'REPLICATION SLAVE ON *.*'
    account_sql "'cluster_clone'@'%'" "$clone_password" SSL 'BACKUP_ADMIN ON *.*' "$may_see_received"
}

user_accounts_sql() {
    local root_password app_password
    read_password root_password "$credentials/root-password"
    read_password app_password "$credentials/password"

    account_sql "'root'@'localhost'" "$root_password" NONE
    account_sql "$(sql_text "$APP_USER")@'%'" "$app_password" NONE \
        "ALL PRIVILEGES ON $(sql_pattern "$APP_DATABASE").*"
}

primary_sql() {
    # A copy of a replica brings the set-up of that replica.
    say "RESET REPLICA ALL;"
    say "SET SESSION sql_log_bin = 1;"
    say "CREATE DATABASE IF NOT EXISTS $(sql_name "$APP_DATABASE");"
    say "SET GLOBAL read_only = OFF;"
}

# The password is given to START REPLICA: CHANGE REPLICATION SOURCE would keep it in the data directory, readable.
replica_sql() { # host of the primary
    local replication_password
    read_password replication_password "$internal_credentials/replication-password"
    printf 'CHANGE REPLICATION SOURCE TO SOURCE_HOST = %s, SOURCE_PORT = 3306, SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1, ' \
        "$(sql_text "$1")"
    # It tries for ever: to give up is the controller's decision.
    printf 'SOURCE_CONNECT_RETRY = 2, SOURCE_RETRY_COUNT = 0, SOURCE_HEARTBEAT_PERIOD = 2;\n'
    printf "START REPLICA USER = 'cluster_replication' PASSWORD = %s;\n" "$(sql_text "$replication_password")"
}

# Writes boot.sql; the file appears complete or not at all.
write_boot_sql() { # primary or replica, host of the primary
    local file=$run/boot.sql
    (
        umask 077
        {
            say "SET SESSION sql_log_bin = 0, sql_mode = '';"
            cluster_accounts_sql
            # Before the role: a password that the server's own rules refuse keeps a replica from getting ready, and so
            # a rolling update from reaching the primary.
            user_accounts_sql
            "${1}_sql" "${@:2}"
        } >"$file.new"
    )
    mv -f "$file.new" "$file"
}
