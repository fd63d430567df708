#!/usr/bin/env bash
# Makes the cluster's keys and certificates in the current directory: one authority, one certificate
# a duty, as kubeadm lays them out. Runs inside the node's own tree, whose openssl it uses.
# usage: certificates.sh <node name> <subject alternative names of the API server>
set -euo pipefail

node_name=$1
server_names=$2
days=3650
curve=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc)

umask 077
# Without a file of our own openssl adds extensions from the distribution's.
config=$(mktemp)
printf '[req]\ndistinguished_name=name\n[name]\n' >"$config"

openssl req -x509 -config "$config" "${curve[@]}" -days "$days" -subj "/CN=mysql-nfs-sandbox" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash -keyout authority.key -out authority.crt

# issue <file name> <subject> <extended key usage> [subject alternative names]
issue() {
    local names=()
    if [[ -n ${4:-} ]]; then
        names=(-addext "subjectAltName=$4")
    fi
    openssl req -x509 -config "$config" "${curve[@]}" -days "$days" -subj "$2" \
        -CA authority.crt -CAkey authority.key \
        -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
        -addext "extendedKeyUsage=$3" "${names[@]}" -keyout "$1.key" -out "$1.crt"
}

issue apiserver /CN=kube-apiserver serverAuth "$server_names"
issue apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
issue front-proxy /CN=front-proxy clientAuth
issue admin /O=system:masters/CN=sandbox-admin clientAuth
issue controller-manager /CN=system:kube-controller-manager clientAuth
issue scheduler /CN=system:kube-scheduler clientAuth
issue kube-proxy /CN=system:kube-proxy clientAuth
issue coredns /CN=system:coredns clientAuth
issue kubelet "/O=system:nodes/CN=system:node:$node_name" clientAuth

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out service-account.key
openssl pkey -in service-account.key -pubout -out service-account.pub
rm "$config"
