#!/bin/bash
# Stands in for mysql. WORLD/probe is what it prints, if it is there. Else WORLD/peers has a file for each Pod that DNS
# knows: what it is (answered, applying, empty, denied, refused, slow, half, stuck) and, when it answers, what it has
# executed and purged. Transactions are <history>:<count>. WORLD/mute-<Pod>: the next question that isn't the usual one
# ends in silence.
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

subset() { # one, other
    if [[ ${1#*:} == 0 || (${1%:*} == "${2%:*}" && ${1#*:} -le ${2#*:}) ]]; then echo 1; else echo 0; fi
}

ask_peer() {
    local kind executed purged file=$WORLD/peers/${host%%.*}
    [[ $host == *.db.svc.cluster.local. && -e $file ]] || fail "2005 (HY000): Unknown MySQL server host '$host' (-2)"
    [[ $port == 3306 ]] || fail "2003 (HY000): Can't connect to MySQL server on '$host:$port' (111)"
    read -r kind executed purged <"$file" || true
    case $kind in
        answered | applying) ;;
        empty) printf 'empty\nholds \n' && exit 0 ;;
        denied) fail "1045 (28000): Access denied for user 'cluster_clone'@'10.0.0.1' (using password: YES)" ;;
        half) printf 'answered\n' && fail "2013 (HY000): Lost connection to MySQL server during query" ;;
        stuck) exec sleep 30 ;;
        slow) fail "2003 (HY000): Can't connect to MySQL server on '$host:3306' (110)" ;;
        *) fail "2003 (HY000): Can't connect to MySQL server on '$host:3306' (111)" ;;
    esac
    case $sql in
        *"WHEN @@global.datadir LIKE"*) printf '%s\nholds %s\n' "$kind" "$executed" && exit 0 ;;
    esac
    if [[ -e $WORLD/mute-${host%%.*} ]]; then
        rm "$WORLD/mute-${host%%.*}"
        fail "2013 (HY000): Lost connection to MySQL server during query"
    fi
    case $sql in
        "SELECT GTID_SUBSET(@@global.gtid_purged, '"*) sql=${sql#*"'"} && subset "$purged" "${sql%%"'"*}" ;;
        "SELECT GTID_SUBSET('"*) sql=${sql#*"'"} && subset "${sql%%"'"*}" "$executed" ;;
        *) fail "1064 (42000): what is $sql" ;;
    esac
}

copy_peer() { # the statements
    local donor directory executed
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
    read -r _ executed _ <"$WORLD/peers/$donor" || true
    printf '%s' "$executed" >"$directory/transactions"
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
    cat "$(<"$socket.datadir")/transactions"
else
    copy_peer "$(cat)"
fi
