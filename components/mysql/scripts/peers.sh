# shellcheck shell=bash
# Asks the other Pods of the cluster whether they hold data. Sourced by prepare.sh.

# shellcheck source-path=SCRIPTDIR source=boot.sh
source "${BASH_SOURCE[0]%/*}/boot.sh"
# shellcheck source-path=SCRIPTDIR source=waiting.sh
source "${BASH_SOURCE[0]%/*}/waiting.sh"

# Every other Pod that can exist: a cluster has at most 15.
peers=()
for ((number = 0; number < ${MOST_PODS:-15}; number++)); do
    if [[ $CLUSTER_NAME-$number != "$POD_NAME" ]]; then
        peers+=("$CLUSTER_NAME-$number")
    fi
done

# Pod -> what it holds. A Pod that is neither declared nor in DNS is not in it; the others are
#   full    it holds data
#   denied  a server answers, and doesn't let this Pod ask
#   empty   it holds no data and waits, as this Pod may do
#   silent  there is no telling: it starts, or it is out of reach
#   absent  it is declared, and DNS doesn't know it yet
declare -A answers
declare -A reasons # Pod -> what the client said

host_of() { # Pod
    say "$1.$CLUSTER_NAME.$POD_NAMESPACE.svc.$CLUSTER_DOMAIN"
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

# The trailing dot keeps a search list, and a wildcard in it, from answering for Pods that don't exist.
# A server that is starting takes connections and lets them wait; one that is cut off says nothing more.
ask_peer() { # Pod
    timeout "${ANSWER_SECONDS:-10}" mysql --defaults-file="$run/peer.cnf" --batch --skip-column-names \
        --host="$(host_of "$1")." --execute="SELECT IF(@@global.datadir LIKE '%/recipient/', 'empty', 'full')" 2>&1
}

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
        ask_peer "$peer" >"$asked/$peer" &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || true
    done
    answers=() reasons=()
    for peer in "${peers[@]}"; do
        note_answer "$peer" "$(<"$asked/$peer")" "$pods"
    done
}

note_answer() { # Pod, what its client printed, the declared number of Pods
    reasons[$1]=${2:-no answer within 10 seconds}
    case $2 in
        full | empty) answers[$1]=$2 ;;
        # EAI_NONAME and EAI_NODATA: DNS answers that there is no such name.
        "ERROR 2005 "*"(-2)"* | "ERROR 2005 "*"(-5)"*) ((${1##*-} >= $3)) || answers[$1]=absent ;;
        # The client's own errors are those from 2000 to 2999. Any other comes from a server that serves.
        "ERROR 2"[0-9][0-9][0-9]" "*) answers[$1]=silent ;;
        "ERROR "*) answers[$1]=denied ;;
        # Half an answer is none.
        *) answers[$1]=silent ;;
    esac
}

# Names of the Pods that gave an answer, joined by blanks.
peers_that() { # answer
    local peer names=()
    for peer in "${peers[@]}"; do
        if [[ ${answers[$peer]:-} == "$1" ]]; then
            names+=("$peer")
        fi
    done
    say "${names[*]:-}"
}

# What the client said of the first Pod that gave the answer.
first_reason() { # answer
    local names
    names=$(peers_that "$1")
    say "${reasons[${names%% *}]}"
}

# Only DNS that knows this Pod can be believed when it says that another one isn't there.
wait_for_own_name() {
    local output
    while true; do
        # Nothing listens on port 1: the answer is a refused connection, or that there is no such name.
        output=$(mysql --no-defaults --host="$(host_of "$POD_NAME")." --port=1 --protocol=TCP --connect-timeout=5 --execute="" 2>&1 || true)
        if [[ $output != *"ERROR 2005 "* ]]; then
            return
        fi
        wait_because "waiting for DNS to know this Pod: $output; if this lasts, compare clusterDomain with the cluster's"
    done
}

# The Pod whose server a host:port means. Fails when that is no other Pod of this cluster.
peer_at() { # host:port
    local peer
    for peer in "${peers[@]}"; do
        if [[ $1 == "$(host_of "$peer"):3306" ]]; then
            say "$peer"
            return
        fi
    done
    return 1
}
