# shellcheck shell=bash
# Throws the data of this Pod away when the controller wants it copied anew, and saves before what is nowhere else.
# Sourced by prepare.sh.
#
# The controller names data by its server_uuid, so no copy is thrown away by a wish that was meant for what was here
# before it.

# shellcheck source-path=SCRIPTDIR source=waiting.sh
source "${BASH_SOURCE[0]%/*}/waiting.sh"
# shellcheck source-path=SCRIPTDIR source=temporaryServer.sh
source "${BASH_SOURCE[0]%/*}/temporaryServer.sh"

# server_uuid of a data directory; nothing when it has none.
uuid_of() { # directory
    local line
    if [[ -r $1/auto.cnf ]]; then
        while IFS= read -r line; do
            if [[ $line =~ ^server[-_]uuid=([0-9a-fA-F-]+)$ ]]; then
                say "${BASH_REMATCH[1]}"
                return
            fi
        done <"$1/auto.cnf"
    fi
}

# What the controller has written about this Pod; nothing when it has written nothing.
word_about() { # rebuild or errant
    local file=$topology/$1-$POD_NAME
    if [[ -r $file ]]; then
        say "$(<"$file")"
    fi
}

# Renamed first, with the uuid in the name: whoever finds the directory can tell what it was meant to be.
discard_unwanted_data() {
    local uuid why
    settle_discarded
    uuid=$(uuid_of "$data")
    if [[ -z $uuid || $(word_about rebuild) != "$uuid" ]]; then
        return
    fi
    say "the controller wants the data of server $uuid thrown away and copied anew"
    until why=$(save_errant "$uuid"); do
        wait_because "can't save the transactions that only this server has, so its data stays: $why$(room_on "$data")"
        if [[ $(word_about rebuild) != "$uuid" ]]; then
            say "the controller wants the data of server $uuid kept"
            return
        fi
    done
    mv -T "$data" "$volume/discarded.$uuid" 2>/dev/null || true
    settle_discarded
}

# Another Pod of this name may have put a copy in place just before the rename: that comes back.
settle_discarded() {
    local directory
    for directory in "$volume"/discarded.*; do
        if [[ $(uuid_of "$directory") == "${directory##*/discarded.}" ]]; then
            mv -T "$directory" "$volume/removing.${directory##*/discarded.}" 2>/dev/null || true
        else
            mv -T "$directory" "$data" 2>/dev/null || true
        fi
    done
}

# Saves the transactions that the controller calls errant. They may be nowhere else, so whoever fails here keeps the data
# and prints why.
save_errant() { # server_uuid
    local word folder=$volume/errant/$1
    word=$(word_about errant)
    if [[ -z $word || ($(first_line_of "$folder/saved") == "$word") ]]; then
        return
    elif [[ ! $word =~ ^([0-9]+)" "(.+)$ ]]; then
        say "the controller's word on them is not understood: $word"
        return 1
    fi
    keep_errant "$folder" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]//[[:space:]]/}" 2>&1 || return
    # The last file: what has it is complete.
    {
        say "$word" >"$folder/saved.new" && sync -- "$folder"/* &&
            mv -f "$folder/saved.new" "$folder/saved" && sync -- "$folder" "$volume/errant" "$volume"
    } 2>&1
}

first_line_of() { # file
    local line=
    if [[ -r $1 ]]; then
        IFS= read -r line <"$1" || true
    fi
    say "$line"
}

# As SQL where the image has mysqlbinlog and that can do it; else the binary logs as they are.
keep_errant() { # folder, count, transactions
    local logs=("$data"/binlog.[0-9]*) sql=$1/transactions.sql found content reason
    umask 077
    mkdir -p "$1" || return
    if [[ -n $(type -P mysqlbinlog) ]]; then
        if reason=$(mysqlbinlog --no-defaults --include-gtids="$3" "${logs[@]}" 2>&1 >"$sql"); then
            found=$(count_transactions "$sql")
            if ((found != $2)); then
                say "the binary logs hold $found of the $2 transactions $3; copy what you need from $data, then remove errant-$POD_NAME from the ConfigMap $CLUSTER_NAME-topology"
                return 1
            fi
            content="transactions.sql has them as SQL, made by mysqlbinlog: read it, then apply on the primary what is to be kept."
        else
            rm -f "$sql"
        fi
    else
        reason="the image lacks mysqlbinlog"
    fi
    if [[ -z ${content:-} ]]; then
        link_or_copy "${logs[@]}" "$1" || return
        content="They are among others in the binary logs here (${reason//$'\n'/ }). Where MySQL's tools are: mysqlbinlog --include-gtids='$3' binlog.[0-9]*"
    fi
    printf '%s\n' "$2 transactions that only this server had when its data was copied anew from another." \
        "Pod: $POD_NAME, server_uuid: ${1##*/}" "Transactions: $3" "$content" \
        "Nothing reads this folder: remove it once it has served." >"$1/README"
}

# A link needs no room, and its file outlives the directory it was in.
link_or_copy() { # files..., folder
    local file
    for file in "${@:1:$#-1}"; do
        ln -f "$file" "${*: -1}" 2>/dev/null || cp -f "$file" "${*: -1}" || return
    done
}

count_transactions() { # output of mysqlbinlog
    local LC_ALL=C line count=0
    while IFS= read -r line; do
        if [[ $line == "SET @@SESSION.GTID_NEXT= '"* && $line != *"= 'AUTOMATIC'"* ]]; then
            count=$((count + 1))
        fi
    done <"$1"
    say "$count"
}
