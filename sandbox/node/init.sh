#!/usr/bin/env bash
# PID 1 of the sandbox's node, in mount, network, process, host name and IPC namespaces of its own. It
# lays out the node's root and changes to it, runs the supervisor, and reaps what others leave behind.
# Its end ends every process of the node, and with them every mount and network device.
#
# usage: init.sh <state directory> <generation>   (both are also how others find this process)
# environment: NODE_TREE, NODE_KUBERNETES, NODE_COREDNS (directories to mount), NODE_NAME,
#   NODE_ADDRESS, CGROUP, SERVICE_RANGE, UPLINK_ADDRESS, SUPERVISOR_COMMAND (a word a line)
set -euo pipefail

state=$1
root=$state/root

# /proc is still the machine's, so this is the number by which the machine knows us.
read -r machine_pid _ </proc/self/stat
echo "$machine_pid"
# Whoever started us now puts the uplink into our network namespace, or dies and closes the pipe.
read -r _
exec </dev/null >>"$state/logs/node.log" 2>&1
trap 'echo "init.sh: line $LINENO failed"' ERR

# The node sees only its own part of the machine's cgroups: one folder in version 2, one for each
# controller in version 1. Others' containers would confuse the kubelet.
mount_cgroups() {
    if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
        mount --bind "/sys/fs/cgroup/$CGROUP" "$1"
        return
    fi
    mount -t tmpfs -o mode=755 tmpfs "$1"
    local own controller
    for own in /sys/fs/cgroup/*/"$CGROUP"; do
        controller=$(basename "${own%/*}")
        mkdir "$1/$controller"
        mount --bind "$own" "$1/$controller"
    done
}

mount -t proc proc /proc
echo "$NODE_NAME" >/proc/sys/kernel/hostname

rm -rf "$state/overlay"
mkdir -p "$root" "$state"/overlay/{upper,work}
mount -t overlay overlay "$root" \
    -o "lowerdir=$NODE_TREE,upperdir=$state/overlay/upper,workdir=$state/overlay/work"

mkdir -p "$root"/{proc,sys,dev,run,tmp,exports,opt/kubernetes,opt/coredns,etc/mysql-nfs} \
    "$root"/var/{log,lib/etcd,lib/containerd,lib/kubelet}
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount_cgroups "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --bind "$NODE_KUBERNETES" "$root/opt/kubernetes"
mount --bind "$NODE_COREDNS" "$root/opt/coredns"
mount --bind "$state/configuration" "$root/etc/mysql-nfs"
mount --bind "$state/exports" "$root/exports"
for name in etcd containerd kubelet; do
    mount --bind "$state/data/$name" "$root/var/lib/$name"
done
install -m 0755 "${BASH_SOURCE[0]%/*}/mountNfs.sh" "$root/usr/sbin/mount.nfs"
ln -sf mount.nfs "$root/usr/sbin/mount.nfs4"
cp "$state/configuration/hosts" "$root/etc/hosts"
cp "$state/configuration/resolv.conf" "$root/etc/resolv.conf"

# A real change of root, not a chroot: entering a container's mount namespace leads to its root.
# The machine's own tree stays at /machine for the supervisor, which runs on the machine's node.
mkdir "$root/machine"
cd "$root"
pivot_root . machine
cd /
# cAdvisor would find the machine's cgroups there.
umount --recursive --lazy /machine/sys
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
# The kubelet tells nodes apart by it; of our own, as two sandboxes may run on one machine.
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >/etc/machine-id
# As systemd does on a real node: containers that ask for it see mounts made later.
mount --make-rshared /
mount --make-rslave /machine

# The node's address is on the loopback device: it is there whatever Pods come and go.
ip link set lo up
ip address add "$NODE_ADDRESS/32" dev lo
ip address add "$UPLINK_ADDRESS" dev uplink
ip link set uplink up
# The node's own programs reach Services too; kube-proxy turns the address before a packet leaves.
ip route add "$SERVICE_RANGE" dev lo src "$NODE_ADDRESS"
echo 1 >/proc/sys/net/ipv4/ip_forward

mapfile -t supervisor <<<"$SUPERVISOR_COMMAND"
chroot /machine "${supervisor[@]}" &
supervisor_pid=$!
trap 'kill -TERM "$supervisor_pid"' TERM
# A trapped signal ends `wait` early.
while kill -0 "$supervisor_pid" 2>/dev/null; do
    wait "$supervisor_pid" || true
done
echo "init.sh: the supervisor has ended"
