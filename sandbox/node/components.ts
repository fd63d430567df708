import { apiServerPort, clusterDomain, nodeAddress, serviceRange } from "./addresses";
import { inNode, volumePlugins } from "./layout";
import type { NodeSpec } from "./nodeSpec";

/** What must hold before a component is started for the first time. */
export type Condition = "etcd answers" | "containerd answers" | "the API server is ready";

export interface Component {
    name: string;
    /** Command and arguments, with paths as the node's own root has them. */
    command: string[];
    after: Condition[];
}

const keys = inNode.keys;
const configuration = inNode.configuration;
const etcdUrl = "http://127.0.0.1:2379";

/** Everything that runs on the node beside containers, in the order in which it is started. */
export function components(node: NodeSpec): Component[] {
    return [
        {
            name: "etcd",
            command: [
                "/usr/bin/etcd",
                "--data-dir=/var/lib/etcd",
                `--listen-client-urls=${etcdUrl}`,
                `--advertise-client-urls=${etcdUrl}`,
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--logger=zap",
                "--log-level=warn",
            ],
            after: [],
        },
        {
            name: "containerd",
            command: ["/usr/bin/containerd", `--config=${configuration}/containerd.toml`],
            after: [],
        },
        { name: "kube-apiserver", command: apiServer(), after: ["etcd answers"] },
        {
            name: "kube-controller-manager",
            command: [
                `${inNode.kubernetes}/kube-controller-manager`,
                ...kubeconfigs("controller-manager"),
                "--bind-address=127.0.0.1",
                `--flex-volume-plugin-dir=${volumePlugins}`,
                // One of each: after a crash the next one need not wait for a lease to run out.
                "--leader-elect=false",
                // A volume made in the same moment as its claim is otherwise bound 15 s later.
                "--pvclaimbinder-sync-period=2s",
                `--root-ca-file=${keys}/authority.crt`,
                `--service-account-private-key-file=${keys}/service-account.key`,
                "--use-service-account-credentials=true",
            ],
            after: ["the API server is ready"],
        },
        {
            name: "kube-scheduler",
            command: [
                `${inNode.kubernetes}/kube-scheduler`,
                ...kubeconfigs("scheduler"),
                "--bind-address=127.0.0.1",
                "--leader-elect=false",
            ],
            after: ["the API server is ready"],
        },
        {
            name: "kubelet",
            command: [
                `${inNode.kubernetes}/kubelet`,
                `--config=${configuration}/kubelet.yaml`,
                `--kubeconfig=${configuration}/kubelet.kubeconfig`,
                `--hostname-override=${node.name}`,
                `--node-ip=${nodeAddress}`,
                "--node-labels=topology.kubernetes.io/zone=sandbox-a",
            ],
            after: ["containerd answers", "the API server is ready"],
        },
        {
            name: "kube-proxy",
            command: [
                `${inNode.kubernetes}/kube-proxy`,
                `--config=${configuration}/kube-proxy.yaml`,
                `--hostname-override=${node.name}`,
            ],
            after: ["the API server is ready"],
        },
        {
            name: "coredns",
            command: [`${inNode.coredns}/coredns`, `-conf=${configuration}/Corefile`],
            after: ["the API server is ready"],
        },
    ];
}

function apiServer(): string[] {
    return [
        `${inNode.kubernetes}/kube-apiserver`,
        `--advertise-address=${nodeAddress}`,
        "--allow-privileged=true",
        "--authorization-mode=Node,RBAC",
        `--client-ca-file=${keys}/authority.crt`,
        "--enable-admission-plugins=NodeRestriction",
        `--etcd-servers=${etcdUrl}`,
        `--kubelet-client-certificate=${keys}/apiserver-kubelet-client.crt`,
        `--kubelet-client-key=${keys}/apiserver-kubelet-client.key`,
        "--kubelet-preferred-address-types=InternalIP",
        // How the server shows itself to extension servers; without it all components complain.
        `--proxy-client-cert-file=${keys}/front-proxy.crt`,
        `--proxy-client-key-file=${keys}/front-proxy.key`,
        "--requestheader-allowed-names=front-proxy",
        `--requestheader-client-ca-file=${keys}/authority.crt`,
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        `--secure-port=${apiServerPort}`,
        `--service-account-issuer=https://kubernetes.default.svc.${clusterDomain}`,
        `--service-account-key-file=${keys}/service-account.pub`,
        `--service-account-signing-key-file=${keys}/service-account.key`,
        `--service-cluster-ip-range=${serviceRange}`,
        `--tls-cert-file=${keys}/apiserver.crt`,
        `--tls-private-key-file=${keys}/apiserver.key`,
    ];
}

function kubeconfigs(name: string): string[] {
    const path = `${configuration}/${name}.kubeconfig`;
    return [
        `--kubeconfig=${path}`,
        `--authentication-kubeconfig=${path}`,
        `--authorization-kubeconfig=${path}`,
    ];
}
