#!/bin/bash
# Stands in for mysql. WORLD/probe is what it prints, if it is there. Else WORLD/peers has a file for each Pod that DNS
# knows: what it is (full, empty, denied, refused, slow, half, stuck). WORLD/donor is what the controller has told the
# server that receives copies.
set -euo pipefail
host='' socket='' sql='' port=3306
for argument in "$@"; do
    case $argument in
        --host=*) host=${argument#*=} ;;
        --socket=*) socket=${argument#*=} ;;
        --execute=*) sql=${argument#*=} ;;
        --port=*) port=${argument#*=} ;;
    esac
done

printf '%s\n' "$sql" >>"$WORLD/asked"

fail() {
    printf 'ERROR %s\n' "$1" >&2
    exit 1
}

ask_peer() {
    local file=$WORLD/peers/${host%%.*}
    [[ $host == *.db.svc.cluster.local. && -e $file ]] || fail "2005 (HY000): Unknown MySQL server host '$host' (-2)"
    [[ $port == 3306 ]] || fail "2003 (HY000): Can't connect to MySQL server on '$host:$port' (111)"
    case $(<"$file") in
        full) printf 'full\n' ;;
        empty) printf 'empty\n' ;;
        denied) fail "1045 (28000): Access denied for user 'cluster_clone'@'10.0.0.1' (using password: YES)" ;;
        half) printf 'empty\n' && fail "2013 (HY000): Lost connection to MySQL server during query" ;;
        stuck) exec sleep 30 ;;
        slow) fail "2003 (HY000): Can't connect to MySQL server on '$host:3306' (110)" ;;
        *) fail "2003 (HY000): Can't connect to MySQL server on '$host:3306' (111)" ;;
    esac
}

copy_peer() { # the statements
    local donor directory
    donor=${1##*"@'"}
    donor=${donor%%.*}
    directory=${1##*"DATA DIRECTORY = '"}
    directory=${directory%%"'"*}
    printf 'clone %s\n' "$donor" >>"$WORLD/calls"
    printf '%s\n' "${EPOCHREALTIME/[.,]/}" >>"$WORLD/clone-times"
    printf '%s\n' "$1" >"$WORLD/clone.sql"
    if [[ -e $WORLD/busy-$donor ]]; then
        rm "$WORLD/busy-$donor"
        fail "3862 (HY000) at line 2: Clone Donor Error: 3634 : Too many concurrent clone operations. Maximum allowed - 1.."
    fi
    mkdir "$directory"
    if [[ -e $WORLD/die-at && $(<"$WORLD/die-at") == clone ]]; then
        rm "$WORLD/die-at"
        # The client is started by a subshell of the script.
        kill -KILL "$SCRIPT_PID"
        exit 1
    fi
    if [[ -e $WORLD/recipient-dies ]]; then
        rm "$WORLD/recipient-dies"
        kill -KILL "$(<"$socket.pid")"
        fail "2013 (HY000) at line 2: Lost connection to MySQL server during query"
    fi
    if [[ -e $WORLD/clone-error ]]; then
        fail "$(<"$WORLD/clone-error")"
    fi
    printf '%s' "$donor" >"$directory/copy-of"
}

if [[ -n $socket && -e $socket.pid ]] && ! kill -0 "$(<"$socket.pid")" 2>/dev/null; then
    fail "2002 (HY000): Can't connect to local MySQL server through socket '$socket' (111)"
elif [[ -e $WORLD/probe ]]; then
    cat "$WORLD/probe"
    [[ $(<"$WORLD/probe") != ERROR* ]]
elif [[ -n $host ]]; then
    ask_peer
elif [[ -n $sql ]]; then
    cat "$WORLD/donor" 2>/dev/null || echo
else
    copy_peer "$(cat)"
fi
