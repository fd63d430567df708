#!/bin/bash
# Stands in for mysqlbinlog: prints WORLD/binlog, or fails with WORLD/binlog-error.
set -euo pipefail
printf '%s\n' "binlog ${*##*/}" >>"$WORLD/calls"
cat "$WORLD/binlog" 2>/dev/null || true
if [[ -e $WORLD/binlog-error ]]; then
    printf 'ERROR: %s\n' "$(<"$WORLD/binlog-error")" >&2
    exit 1
fi
