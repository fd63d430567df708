# shellcheck shell=bash
# The ways to fill an empty volume: begin with an empty database, or copy a peer. Sourced by prepare.sh.

# shellcheck source-path=SCRIPTDIR source=peers.sh
source "${BASH_SOURCE[0]%/*}/peers.sh"
# shellcheck source-path=SCRIPTDIR source=temporaryServer.sh
source "${BASH_SOURCE[0]%/*}/temporaryServer.sh"

incoming=$volume/incoming.$POD_UID
copy_retries=0

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
    write_peer_login
    wait_for_own_name
    while true; do
        ask_peers
        if [[ -n $(peers_that full) ]]; then
            rm -rf "$incoming"
            receive_copy "$(peers_that full) holds data, and this volume is empty"
            return
        elif [[ -e $topology/data-exists ]]; then
            rm -rf "$incoming"
            receive_copy "the cluster has held data meanwhile, and this volume is empty"
            return
        elif [[ -n $(peers_that denied) ]]; then
            wait_because "waiting for $(peers_that denied) to let this Pod ask whether it holds data: $(first_reason denied); if its password is an old one, delete that Pod"
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

# Copies the Pod that the controller names. It may name another one at any time, which counts from the next try on.
receive_copy() { # why
    local named donor
    say "$1: copying a peer, never starting empty"
    prepare_recipient
    while true; do
        check_server
        named=$(named_donor)
        if [[ -z $named ]]; then
            say_once "waiting for the controller to name a Pod to copy"
        elif ! donor=$(peer_at "$named"); then
            say_once "the controller names $named, which is no other Pod of this cluster: waiting for another word"
        elif copy "$donor" "${named%:*}"; then
            complete
            return
        else
            wait_after_failed_copy "$named"
            continue
        fi
        copy_retries=0
        pause "${WORD_SECONDS:-0.4}"
    done
}

# Waits twice as long each time, from 2 seconds to a minute, since a copy burdens its donor; not when the controller
# names another one.
wait_after_failed_copy() { # the donor's host:port
    local times=$((copy_retries < 5 ? 2 * 2 ** copy_retries : 60))
    copy_retries=$((copy_retries + 1))
    for ((; times > 0; times--)); do
        pause "${RETRY_SECONDS:-1}"
        check_server
        if [[ $(named_donor) != "$1" ]]; then
            copy_retries=0
            return
        fi
    done
}

# Copies a peer into $incoming and proves that the copy starts.
copy() { # Pod, its host
    say "copying $1"
    rm -rf "$incoming"
    if ! clone "$2" "$incoming"; then
        rm -rf "$incoming"
        check_server
        if other_copy_runs; then
            copy_retries=0
            say_once "$1 is being copied by another Pod: waiting, since a server is copied once at a time"
        else
            say_anew "can't copy $1: $(clone_error)"
        fi
        return 1
    fi
    stop_server KILL
    # The copy of a replica goes on from that one's source, but without its relay logs: what they held and wasn't applied
    # is fetched anew. At later starts relay logs are kept: what a replica has acknowledged may be nowhere else.
    start_server "$incoming" --skip-networking --super-read-only=ON --skip-log-bin --relay-log-recovery=ON
    stop_server
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
