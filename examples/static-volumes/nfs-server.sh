#!/usr/bin/env bash
# What the administrator does on the NFS server, once: a directory for each volume. Kubernetes makes none.
# usage: nfs-server.sh <exported directory>
set -euo pipefail

export_directory=${1:?give the exported directory}

for volume in tiny small-1 small-2 large shared ledger; do
    directory=$export_directory/static-volumes/$volume
    mkdir -p "$directory"
    # NFS ignores fsGroup, so the directory itself has to admit the Pods' user. On a server of your own, give
    # it to that user instead (chown 65534, mode 0700).
    chmod 0777 "$directory"
done
