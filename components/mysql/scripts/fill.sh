# shellcheck shell=bash
# The ways to fill an empty volume: begin with an empty database, or copy a peer. Sourced by prepare.sh.

# shellcheck source-path=SCRIPTDIR source=peers.sh
source "${BASH_SOURCE[0]%/*}/peers.sh"
# shellcheck source-path=SCRIPTDIR source=temporaryServer.sh
source "${BASH_SOURCE[0]%/*}/temporaryServer.sh"

incoming=$volume/incoming.$POD_UID

# What starts that didn't end have left, renamed first: another Pod of this name, on a node that is cut off, may be about
# to rename its own to data, and what has become data must not be removed.
remove_leftovers() {
    local left
    rm -rf "$volume"/removing.*
    for left in "$volume"/incoming.*; do
        mv -T "$left" "$volume/removing.${left##*/incoming.}" 2>/dev/null || true
    done
    rm -rf "$volume"/removing.*
}

# The first start of the cluster, or so it seems: peers may know better. They are asked when the new data directory is
# built, which takes seconds, since the names of Pods that have just started need seconds to get into DNS.
begin() {
    say "no sign that this cluster ever held data: making an empty data directory"
    initialise "$incoming"
    wait_for_own_name
    while true; do
        ask_peers
        if [[ -n $(peers_that answered applying denied) ]]; then
            rm -rf "$incoming"
            copy_as_primary "$(peers_that answered applying denied) holds data, and this volume is empty"
            return
        elif [[ -e $topology/data-exists ]]; then
            rm -rf "$incoming"
            copy_as_primary "the cluster has held data meanwhile, and this volume is empty"
            return
        elif [[ -n $(peers_that absent) ]]; then
            wait_because "waiting for $(peers_that absent) to get a name in DNS and to say whether it holds data; if it can't start, set mysqlPods to fewer"
        elif [[ -n $(peers_that silent) ]]; then
            wait_because "waiting for $(peers_that silent) to say whether it holds data: $(first_reason silent)"
        else
            break
        fi
    done
    complete
}

# The primary has lost its data: only the most advanced of all peers will do.
copy_as_primary() { # why
    local donor status
    say "$1: copying a peer, never starting empty"
    prepare_recipient
    wait_for_own_name
    while true; do
        ask_peers
        if [[ -n $(peers_that denied) ]]; then
            wait_because "$(peers_that denied) holds data and doesn't let this Pod copy it: $(first_reason denied)"
        elif [[ -n $(peers_that absent) ]]; then
            wait_because "waiting for $(peers_that absent) to get a name in DNS, since it may hold newer data than the others; if it never comes back, scale it away"
        elif [[ -n $(peers_that silent) ]]; then
            wait_because "waiting for $(peers_that silent), which may hold newer data than the others; if it never comes back, scale it away: $(first_reason silent)"
        elif [[ -n $(peers_that applying) ]]; then
            wait_because "waiting for $(peers_that applying) to apply what it has received from the lost primary; if its log says that it can't, mend it or scale it away"
        elif [[ -z $(peers_that answered) ]]; then
            wait_because "no peer holds data. Bring back a Pod or a volume that does; to begin anew with nothing, delete the ConfigMap $CLUSTER_NAME-topology and this Pod"
        else
            status=0
            donor=$(most_advanced_peer) || status=$?
            case $status in
                0) if copy "$donor"; then break; fi ;;
                1) wait_because "the peers $(peers_that answered) differ: each holds transactions that another lacks. Decide which to keep, and remove the volume of the other" ;;
                *) wait_because "one of $(peers_that answered) stopped answering: asking again" ;;
            esac
        fi
    done
    complete
    say "if there are scheduled events, they are off, as on the replica that this copy comes from: switch each on by ALTER EVENT ... ENABLE"
}

# A replica copies another replica, to spare the primary, or the primary. In any case the primary's binary logs must
# have what the copy lacks.
copy_as_replica() {
    local source donor
    source=$(primary)
    prepare_recipient
    while true; do
        ask_peers
        case ${answers[$source]:-absent} in
            answered | applying)
                for donor in $(fit_replicas "$source") "$source"; do
                    if copy "$donor"; then
                        complete
                        return
                    fi
                done
                ;;
            absent) wait_because "waiting for $source to get a name in DNS" ;;
            empty) wait_because "waiting for $source, which has no data itself" ;;
            *) wait_because "waiting for $source: ${reasons[$source]}" ;;
        esac
    done
}

# Copies a peer into $incoming and proves that the copy starts and can follow the primary.
copy() { # donor
    local transactions
    say "copying $1"
    rm -rf "$incoming"
    if ! clone "$(peer_host "$1")" "$incoming"; then
        rm -rf "$incoming"
        if other_copy_runs; then
            wait_because "$1 is being copied by another Pod: waiting, since a server is copied once at a time"
        else
            say "can't copy $1: $(clone_error)"
            wait_after_failed_copy
        fi
        return 1
    fi
    stop_server KILL
    start_server "$incoming" --skip-networking --super-read-only=ON --skip-log-bin
    if ! transactions=$(client --socket="$private_socket" --user="$monitor" \
        --execute="SELECT $(without_newlines_sql @@global.gtid_executed)" 2>&1); then
        say "can't ask the copy of $1 what it holds: $transactions"
        exit 1
    fi
    stop_server
    if [[ $POD_NAME != "$(primary)" ]]; then
        require_followable "$1" "$transactions"
    fi
}

# Asks until the primary answers: a copy may have taken hours, and only a plain no makes it worthless.
require_followable() { # donor, transactions
    local status
    while true; do
        status=0
        can_follow "$(primary)" "$2" || status=$?
        case $status in
            0) return ;;
            1)
                rm -rf "$incoming"
                say "the copy of $1 is of no use: $(primary) has deleted binary logs that it needs"
                exit 1
                ;;
            *) wait_because "waiting for $(primary) to say whether the copy of $1 can follow it" ;;
        esac
    done
}

# The one step that counts. mv -T refuses to replace a directory that holds something.
complete() {
    sync -- "$incoming"/* "$incoming"
    if ! mv -T "$incoming" "$data" 2>/dev/null; then
        rm -rf "$incoming"
        if [[ ! -e $data ]]; then
            say "can't rename $incoming to $data on the volume"
            exit 1
        fi
        say "another Pod of this name has put data on the volume meanwhile: using that"
        return
    fi
    sync -- "$volume"
    say "the data directory is complete"
}
