#!/usr/bin/env bash
# Succeeds while the server answers at all: it fails only for one that is wedged, or not there yet.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

output=$(ask_server 8 "") && exit 0
# An error with a number below 2000, such as 1040 (too many connections), comes from the server: it lives.
if [[ $output == *"ERROR 1"[0-9][0-9][0-9]" "* ]]; then
    exit 0
fi
say "the server doesn't answer: ${output:-no answer within 8 seconds}"
exit 1
