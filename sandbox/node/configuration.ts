import { apiServerPort, clusterDomain, dnsServiceAddress, nodeAddress } from "./addresses";
import { exportNames, inNode, secondServer, volumePlugins } from "./layout";
import type { NodeSpec } from "./nodeSpec";

export const pauseImage = "sandbox.local/pause:3.10";

const clients = ["controller-manager", "scheduler", "kube-proxy", "coredns", "kubelet"];

/** Every configuration file of the node by name. JSON stands for YAML: all readers take it. */
export function renderConfiguration(node: NodeSpec): Record<string, string> {
    return {
        ...Object.fromEntries(
            clients.map((name) => [`${name}.kubeconfig`, json(clientKubeconfig(name))]),
        ),
        "kubelet.yaml": json(kubeletConfiguration()),
        "kube-proxy.yaml": json(proxyConfiguration(node)),
        "containerd.toml": containerdConfiguration(),
        "network/10-sandbox.conflist": json(networkConfiguration(node)),
        Corefile: corefile(),
        // Pods with dnsPolicy Default get it: the node has no way out to any other server.
        "resolv.conf": `nameserver ${nodeAddress}\n`,
        hosts: `127.0.0.1 localhost\n${nodeAddress} ${node.name}\n`,
        exports: exportsTable(),
    };
}

/** What the stand-in mount.nfs serves: a line an export, with server, exported path, directory. */
export function exportsTable(): string {
    const exported = [
        ...exportNames.map((name) => [nodeAddress, `/${name}`, name]),
        [secondServer, `/${exportNames[0]}`, exportNames[1]],
    ];
    return exported
        .map(([server, path, name]) => `${server} ${path} ${inNode.exports}/${name}\n`)
        .join("");
}

function kubeletConfiguration(): object {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: {
            anonymous: { enabled: false },
            webhook: { enabled: true },
            x509: { clientCAFile: `${inNode.keys}/authority.crt` },
        },
        authorization: { mode: "Webhook" },
        cgroupDriver: "cgroupfs",
        clusterDNS: [dnsServiceAddress],
        clusterDomain,
        containerRuntimeEndpoint: `unix://${inNode.containerdSocket}`,
        enforceNodeAllocatable: [],
        // A full disk is the machine's affair: it must not evict every Pod of the sandbox at once,
        // and images could not be pulled again.
        evictionHard: {
            "imagefs.available": "0%",
            "nodefs.available": "0%",
            "nodefs.inodesFree": "0%",
        },
        imageGCHighThresholdPercent: 100,
        // Machines with cgroup v1 or swap are no worse for a sandbox.
        failCgroupV1: false,
        failSwapOn: false,
        makeIPTablesUtilChains: false,
        // Lowering it takes CAP_SYS_RESOURCE, which root in a virtual machine may lack.
        oomScoreAdj: 0,
        resolvConf: `${inNode.configuration}/resolv.conf`,
        serializeImagePulls: false,
        volumePluginDir: volumePlugins,
    };
}

function proxyConfiguration(node: NodeSpec): object {
    return {
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        bindAddress: "0.0.0.0",
        clientConnection: { kubeconfig: `${inNode.configuration}/kube-proxy.kubeconfig` },
        clusterCIDR: node.podRange,
        // These settings belong to the whole machine; zero leaves them alone.
        conntrack: {
            maxPerCore: 0,
            min: 0,
            tcpCloseWaitTimeout: "0s",
            tcpEstablishedTimeout: "0s",
        },
        healthzBindAddress: "127.0.0.1:10256",
        metricsBindAddress: "127.0.0.1:10249",
        mode: "nftables",
    };
}

function containerdConfiguration(): string {
    return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.zfs",
]

[grpc]
    address = "${inNode.containerdSocket}"

[plugins."io.containerd.grpc.v1.cri"]
    sandbox_image = "${pauseImage}"
    disable_apparmor = true
    # Without CAP_SYS_RESOURCE runc can't lower the score and fails.
    restrict_oom_score_adj = true

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
            SystemdCgroup = false

    [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = "/usr/lib/cni"
        conf_dir = "${inNode.configuration}/network"
`;
}

// Each Pod hangs on a cable of its own and all traffic is routed. On a bridge, answers from a
// Service's Pod to a neighbour would bypass the address translation unless br_netfilter is loaded.
function networkConfiguration(node: NodeSpec): object {
    return {
        cniVersion: "1.0.0",
        name: "sandbox",
        plugins: [
            {
                type: "ptp",
                ipMasq: false,
                ipam: {
                    type: "host-local",
                    // In memory: after a restart of the node no address is taken.
                    dataDir: "/run/network-addresses",
                    ranges: [[{ subnet: node.podRange, gateway: nodeAddress }]],
                    routes: [{ dst: "0.0.0.0/0" }],
                },
            },
        ],
    };
}

function corefile(): string {
    return `.:53 {
    bind ${nodeAddress}
    errors
    health 127.0.0.1:8080
    ready 127.0.0.1:8181
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        kubeconfig ${inNode.configuration}/coredns.kubeconfig
        ttl 5
    }
    cache 5
}
`;
}

function clientKubeconfig(name: string): object {
    return {
        apiVersion: "v1",
        kind: "Config",
        "current-context": "sandbox",
        clusters: [
            {
                name: "sandbox",
                cluster: {
                    server: `https://127.0.0.1:${apiServerPort}`,
                    "certificate-authority": `${inNode.keys}/authority.crt`,
                },
            },
        ],
        users: [
            {
                name,
                user: {
                    "client-certificate": `${inNode.keys}/${name}.crt`,
                    "client-key": `${inNode.keys}/${name}.key`,
                },
            },
        ],
        contexts: [{ name: "sandbox", context: { cluster: "sandbox", user: name } }],
    };
}

function json(value: object): string {
    return `${JSON.stringify(value, undefined, 4)}\n`;
}
