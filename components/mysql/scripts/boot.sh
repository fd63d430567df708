# shellcheck shell=bash
# The SQL that mysqld runs at each start (init_file), before it admits a client. Sourced by prepare.sh.
#
# Nothing here is replicated: each server has its accounts, with the passwords of its own Secrets, from its first moment
# on, even when it can't reach the others. Every server starts read-only; the controller makes one the primary and tells
# the others whom to follow. A statement that fails ends the file, and the server serves nevertheless: so what may fail
# stands last.

# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

credentials=${CREDENTIALS:-/run/secrets/mysql}
internal_credentials=${INTERNAL_CREDENTIALS:-/run/secrets/mysql-internal}
# At each start the passwords are set again, the old ones too. A component such as validate_password still judges them.
password_rules="PASSWORD EXPIRE NEVER PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY PASSWORD REQUIRE CURRENT OPTIONAL"

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

# max_user_connections is what an application may take. The cluster's own are more where there are many replicas, and
# connections of those that are gone linger.
own_requirement='SSL WITH MAX_USER_CONNECTIONS 50'

# The accounts that the cluster itself uses, with passwords made for it.
cluster_accounts_sql() {
    local replication_password clone_password controller_password table
    read_password replication_password "$internal_credentials/replication-password"
    read_password clone_password "$internal_credentials/clone-password"
    read_password controller_password "$internal_credentials/controller-password"

    printf "CREATE USER IF NOT EXISTS '%s'@'localhost' IDENTIFIED WITH auth_socket AS 'mysql';\n" "$monitor"
    for table in connection_status applier_status applier_status_by_coordinator applier_status_by_worker; do
        printf "GRANT SELECT ON performance_schema.replication_%s TO '%s'@'localhost';\n" "$table" "$monitor"
    done
    account_sql "'cluster_replication'@'%'" "$replication_password" "$own_requirement" 'REPLICATION SLAVE ON *.*'
    account_sql "'cluster_clone'@'%'" "$clone_password" "$own_requirement" 'BACKUP_ADMIN ON *.*'
    # REPLICATION SLAVE is for SHOW REPLICAS, SYSTEM_USER to end whatever connection may hold up a switchover.
    account_sql "'cluster_controller'@'%'" "$controller_password" "$own_requirement" \
        'SYSTEM_VARIABLES_ADMIN, REPLICATION_SLAVE_ADMIN, CONNECTION_ADMIN, SYSTEM_USER ON *.*' \
        'PROCESS, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.*' \
        'SELECT ON performance_schema.*' \
        "CREATE ON $(sql_pattern "$APP_DATABASE").*"
}

user_accounts_sql() {
    local root_password app_password
    read_password root_password "$credentials/root-password"
    read_password app_password "$credentials/password"

    account_sql "'root'@'localhost'" "$root_password" NONE
    account_sql "$(sql_text "$APP_USER")@'%'" "$app_password" NONE \
        "ALL PRIVILEGES ON $(sql_pattern "$APP_DATABASE").*"
}

# A replica goes on from the source it had. A server that has none, as every primary, fails here.
# The password is given to START REPLICA: CHANGE REPLICATION SOURCE would keep it in the data directory, readable.
replica_sql() {
    local replication_password
    read_password replication_password "$internal_credentials/replication-password"
    printf "START REPLICA USER = 'cluster_replication' PASSWORD = %s;\n" "$(sql_text "$replication_password")"
}

# Writes boot.sql; the file appears complete or not at all.
write_boot_sql() {
    local file=$run/boot.sql
    (
        umask 077
        {
            say "SET SESSION sql_log_bin = 0, sql_mode = '';"
            cluster_accounts_sql
            # Before it replicates: a password that the server's own rules refuse keeps a replica from getting ready, and so
            # a rolling update from reaching the primary.
            user_accounts_sql
            replica_sql
        } >"$file.new"
    )
    mv -f "$file.new" "$file"
}
