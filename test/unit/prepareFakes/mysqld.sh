#!/bin/bash
# Stands in for mysqld: makes directories and sockets, and does as WORLD says. `die-at` names the step at which the script
# that started it is killed, as by the kernel or the kubelet.
set -euo pipefail
parent=$PPID
datadir='' socket='' mode=serve
for argument in "$@"; do
    case $argument in
        --datadir=*) datadir=${argument#*=} ;;
        --socket=*) socket=${argument#*=} ;;
        --initialize-insecure) mode=initialise ;;
        --validate-config) mode=validate ;;
    esac
done
printf '%s\n' "$mode${datadir:+ ${datadir##*/}}" >>"$WORLD/calls"

die_at() {
    if [[ -e $WORLD/die-at && $(<"$WORLD/die-at") == "$1" ]]; then
        rm "$WORLD/die-at"
        kill -KILL "$parent"
        exit 1
    fi
}

fail_if() {
    if [[ -e $WORLD/$1 ]]; then
        printf '2026-01-01T00:00:00.000000Z 0 [ERROR] [MY-012345] [Server] %s\n' "$(<"$WORLD/$1")" >&2
        exit 1
    fi
}

case $mode in
    validate) fail_if bad-config ;;
    initialise)
        mkdir "$datadir"
        printf half >"$datadir/half"
        fail_if full-disk
        die_at "initialise ${datadir##*/}"
        printf '[auto]\nserver-uuid=%s\n' "00000000-0000-0000-0000-00000000000$RANDOM" >"$datadir/auto.cnf"
        rm "$datadir/half"
        ;;
    serve)
        fail_if "no-start-${datadir##*/}"
        die_at "serve ${datadir##*/}"
        trap 'rm -f "$socket" "$socket.datadir" "$socket.pid"; exit 0' TERM
        printf '%s' $$ >"$socket.pid"
        printf '%s' "$datadir" >"$socket.datadir"
        : >"$socket"
        # Ends with the script that started it, as everything in a container does.
        # Waits by reading from a pipe that stays silent: sleep would be one more process each time.
        exec {silence}<> <(:)
        while kill -0 "$parent" 2>/dev/null; do
            read -rt 0.02 -u "$silence" || true
        done
        ;;
esac
