# shellcheck shell=bash
# Asks the other Pods of the cluster what they hold. Sourced by prepare.sh.

# shellcheck source-path=SCRIPTDIR source=boot.sh
source "${BASH_SOURCE[0]%/*}/boot.sh"

# Every other Pod that can exist: a cluster has at most 15.
peers=()
for ((number = 0; number < ${MOST_PODS:-15}; number++)); do
    if [[ $CLUSTER_NAME-$number != "$POD_NAME" ]]; then
        peers+=("$CLUSTER_NAME-$number")
    fi
done

# Pod -> what it holds. A Pod that is neither declared nor in DNS is not in it; the others are
#   answered  it serves, and so it holds data
#   applying  the same, but it has received more than it has applied
#   denied    it serves, but not this Pod
#   empty     it holds no data and waits, as this Pod may do
#   silent    there is no telling: it starts, or it is out of reach
#   absent    it is declared, and DNS doesn't know it yet
declare -A answers
declare -A executed # Pod -> the transactions it holds
declare -A reasons  # Pod -> what the client said

# The trailing dot keeps a search list, and a wildcard in it, from answering for Pods that don't exist.
peer_host() {
    say "$1.$CLUSTER_NAME.$POD_NAMESPACE.svc.$CLUSTER_DOMAIN."
}

# An option file in memory: a password in arguments or environment could be read by others.
write_peer_login() {
    local clone_password
    read_password clone_password "$internal_credentials/clone-password"
    (
        umask 077
        printf '%s\n' "[client]" "user = cluster_clone" "password = $clone_password" \
            "ssl-mode = REQUIRED" "connect-timeout = 5" >"$run/peer.cnf"
    )
}

peer_query() { # Pod, SQL
    # A server that is starting takes connections and lets them wait; one that is cut off says nothing more.
    timeout "${ANSWER_SECONDS:-10}" mysql --defaults-file="$run/peer.cnf" --batch --skip-column-names --host="$(peer_host "$1")" --execute="$2" 2>&1
}

# In this order: what is applied after the first statement is in the answer to the second.
ask_sql="
SELECT CASE
    WHEN @@global.datadir LIKE '%/recipient/' THEN 'empty'
    WHEN EXISTS (
        SELECT * FROM performance_schema.replication_connection_status
        WHERE CHANNEL_NAME = '' AND NOT GTID_SUBSET(RECEIVED_TRANSACTION_SET, @@global.gtid_executed)
    ) THEN 'applying'
    ELSE 'answered'
END;
SELECT CONCAT('holds ', $(without_newlines_sql @@global.gtid_executed))"

# Asks all of them at once and fills the arrays above.
ask_peers() {
    local peer job jobs=() asked=$temporary/asked pods=0
    # Read each time: the number may change while this Pod waits.
    if [[ -r $declared/pods ]]; then
        pods=$(<"$declared/pods")
    fi
    rm -rf "$asked"
    mkdir "$asked"
    for peer in "${peers[@]}"; do
        peer_query "$peer" "$ask_sql" >"$asked/$peer" &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || true
    done
    answers=() executed=() reasons=()
    for peer in "${peers[@]}"; do
        note_answer "$peer" "$(<"$asked/$peer")" "$pods"
    done
}

note_answer() { # Pod, what its client printed, the declared number of Pods
    reasons[$1]=${2:-no answer within 10 seconds}
    case $2 in
        answered$'\n'"holds "* | applying$'\n'"holds "*)
            answers[$1]=${2%%$'\n'*}
            executed[$1]=${2#*$'\n'holds }
            ;;
        empty*) answers[$1]=empty ;;
        # EAI_NONAME and EAI_NODATA: DNS answers that there is no such name.
        "ERROR 2005 "*"(-2)"* | "ERROR 2005 "*"(-5)"*) ((${1##*-} >= $3)) || answers[$1]=absent ;;
        # Half an answer is none.
        answered* | applying* | "") answers[$1]=silent ;;
        # The client's own errors are those from 2000 to 2999. Any other comes from a server that serves.
        "ERROR 2"[0-9][0-9][0-9]" "*) answers[$1]=silent ;;
        *) answers[$1]=denied ;;
    esac
}

# Names of the Pods that gave one of the answers, joined by blanks.
peers_that() {
    local peer names=()
    for peer in "${peers[@]}"; do
        if [[ -n ${answers[$peer]:-} && " $* " == *" ${answers[$peer]} "* ]]; then
            names+=("$peer")
        fi
    done
    say "${names[*]:-}"
}

# What the client said of the first Pod that gave the answer.
first_reason() {
    local names
    names=$(peers_that "$1")
    say "${reasons[${names%% *}]}"
}

# Only DNS that knows this Pod can be believed when it says that another one isn't there.
wait_for_own_name() {
    local output
    while true; do
        # Nothing listens on port 1: the answer is a refused connection, or that there is no such name.
        output=$(mysql --no-defaults --host="$(peer_host "$POD_NAME")" --port=1 --protocol=TCP --connect-timeout=5 --execute="" 2>&1 || true)
        if [[ $output != *"ERROR 2005 "* ]]; then
            return
        fi
        wait_because "waiting for DNS to know this Pod: $output; if this lasts, compare clusterDomain with the cluster's"
    done
}

# Succeeds when the peer answers 1, fails with 1 when it answers 0, and with 2 when it doesn't answer.
peer_agrees() { # Pod, SQL
    case $(peer_query "$@") in
        1) return 0 ;;
        0) return 1 ;;
        *) return 2 ;;
    esac
}

holds_all() { # Pod, transactions
    peer_agrees "$1" "SELECT GTID_SUBSET('$2', @@global.gtid_executed)"
}

# Whether a server with these transactions gets all that it lacks from that source.
can_follow() { # source, transactions
    peer_agrees "$1" "SELECT GTID_SUBSET(@@global.gtid_purged, '$2')"
}

# The peer that holds all transactions of all the others. Fails with 1 when there is none, with 2 when one doesn't answer.
most_advanced_peer() {
    local peer status best=
    for peer in $(peers_that answered); do
        status=0
        if [[ -n $best ]]; then
            holds_all "$peer" "${executed[$best]}" || status=$?
        fi
        case $status in
            0) best=$peer ;;
            1) holds_all "$best" "${executed[$peer]}" || return ;;
            *) return 2 ;;
        esac
    done
    say "$best"
}

# Replicas that a new replica may copy: the source has what they lack, and they have nothing that the source lacks.
fit_replicas() { # source
    local peer
    for peer in $(peers_that answered applying); do
        if [[ $peer != "$1" ]] && can_follow "$1" "${executed[$peer]}" && holds_all "$1" "${executed[$peer]}"; then
            say "$peer"
        fi
    done
}
