#!/bin/bash
# rm that also writes down what it was asked to remove.
set -euo pipefail
printf '%s\n' "$@" >>"$WORLD/removed"
exec /bin/rm "$@"
