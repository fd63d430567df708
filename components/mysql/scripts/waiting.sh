# shellcheck shell=bash
# Waiting, with a reason given once. Sourced by prepare.sh.

# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

last_reason=

# A signal ends this, but not a plain sleep.
pause() {
    sleep "$1" &
    wait $!
}

# Says why it waits, once for each reason.
say_once() {
    if [[ $last_reason != "$*" ]]; then
        say_anew "$*"
    fi
}

say_anew() {
    last_reason=$*
    say "$*"
}

wait_because() {
    say_once "$*"
    pause "${RETRY_SECONDS:-1}"
}
