#!/usr/bin/env bash
# Stands in for mount.nfs on the sandbox's node, whose kernel may have no NFS: it binds the directory
# that the exports table names for "server:path". Called by mount(8) as the real one is, with the same
# exit code and messages for a server or path that isn't there.
# usage: mount.nfs <server:path> <directory> [-sfnvrw] [-o options], as mount(8) calls it
set -euo pipefail

table=${MOUNT_NFS_EXPORTS:-/etc/mysql-nfs/exports}

fail() {
    echo "mount.nfs: $1" >&2
    exit 32
}

if (($# < 2)); then
    echo "usage: mount.nfs remotetarget dir [-rvVwfnsh] [-o nfsoptions]" >&2
    exit 1
fi
source=$1
target=$2
shift 2

options=
verbose=
read_only=
fake=
while getopts "o:t:N:sfnvrw" letter; do
    case $letter in
    o) options=$OPTARG ;;
    v) verbose=1 ;;
    r) read_only=1 ;;
    f) fake=1 ;;
    s | n | w | t | N) ;;
    *) exit 1 ;;
    esac
done

flags='ro|rw|hard|soft|softerr|fg|bg|intr|nointr|lock|nolock|tcp|udp|ac|noac|cto|nocto|sharecache'
flags+='|nosharecache|resvport|noresvport|rdirplus|nordirplus|fsc|nofsc|acl|noacl|migration|nomigration'
flags+='|atime|noatime|diratime|nodiratime|relatime|norelatime|strictatime|suid|nosuid|dev|nodev|exec'
flags+='|noexec|sync|async|defaults|_netdev|remount|nofail|user|nouser|auto|noauto'
valued='vers|nfsvers|minorversion|proto|port|mountport|mountproto|mountvers|mounthost|rsize|wsize|timeo'
valued+='|retrans|retry|acregmin|acregmax|acdirmin|acdirmax|actimeo|namlen|sec|lookupcache|local_lock'
valued+='|addr|clientaddr|nconnect|max_connect|context|xprtsec|write|x-[a-z.-]+'
IFS=, read -ra list <<<"$options"
for option in "${list[@]}"; do
    if [[ ! $option =~ ^($flags|($valued)=.*|v[234](\.[012])?)?$ ]]; then
        fail "an incorrect mount option was specified for $target"
    fi
    if [[ $option == ro ]]; then
        read_only=1
    fi
done

if [[ $source != *:/* ]]; then
    fail "remote share not in 'host:dir' format"
fi
server=${source%%:/*}
path=/${source#*:/}
if [[ ! -d $target ]]; then
    fail "mount point $target does not exist"
fi

# The longest export that holds the path: directories below an export can be mounted as well.
known_server=
export_path=
directory=
while read -r table_server table_path table_directory; do
    if [[ $table_server != "$server" ]]; then
        continue
    fi
    known_server=1
    if [[ $path/ == "$table_path"/* && ${#table_path} -gt ${#export_path} ]]; then
        export_path=$table_path
        directory=$table_directory
    fi
done <"$table"
if [[ -z $known_server ]]; then
    if [[ $server =~ ^[0-9.]+$ ]]; then
        fail "No route to host for $source on $target"
    fi
    fail "Failed to resolve server $server: Name or service not known"
fi
directory+=${path#"$export_path"}
if [[ -z $export_path || $path/ == */../* || ! -d $directory ]]; then
    fail "mounting $source failed, reason given by server: No such file or directory"
fi
if [[ -n $verbose ]]; then
    echo "mount.nfs: $source bound from $directory on $target"
fi
if [[ -n $fake ]]; then
    exit 0
fi
mount --bind --no-mtab "$directory" "$target"
if [[ -n $read_only ]]; then
    mount --no-mtab -o remount,bind,ro "$target"
fi
