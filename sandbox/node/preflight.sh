#!/usr/bin/env bash
# Tries what the sandbox's node needs of the kernel and prints a line for each thing that is missing.
# Runs in throwaway mount, network and process namespaces, so nothing it makes outlives it.
# usage: preflight.sh <scratch directory where the state is kept> <the node's Debian tree>
set -euo pipefail

scratch=$1
tree=$2

try() {
    local missing=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        echo "$missing"
    fi
}

mkdir -p "$scratch"/{lower,upper,work,merged}
try "overlayfs on the file system of $scratch (kernel module overlay; keep the state on ext4 or xfs by XDG_STATE_HOME)" \
    mount -t overlay overlay "$scratch/merged" \
    -o "lowerdir=$scratch/lower,upperdir=$scratch/upper,workdir=$scratch/work"
try "virtual network cables (kernel module veth)" ip link add probe0 type veth peer name probe1
try "packet filtering with address translation (kernel modules nf_tables and nft_chain_nat)" \
    chroot "$tree" /usr/sbin/nft \
    'add table ip probe; add chain ip probe nat { type nat hook prerouting priority 0; }'
try "chroot into the node's Debian tree (is the file system mounted noexec?)" \
    chroot "$tree" /usr/bin/true
try "leave to write below /sys/fs/cgroup (a container needs it mounted read-write)" \
    test -w /sys/fs/cgroup
for controller in cpu memory pids; do
    if ! grep -qsw "$controller" /sys/fs/cgroup/cgroup.controllers &&
        [[ ! -d /sys/fs/cgroup/$controller ]]; then
        echo "cgroup controller $controller below /sys/fs/cgroup"
    fi
done
