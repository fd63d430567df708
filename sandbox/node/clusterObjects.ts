import { clusterDomain, dnsServiceAddress, nodeAddress } from "./addresses";

export interface ClusterObject {
    path: string;
    object: object;
}

const namespace = "kube-system";
const dnsPorts = [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
];

/**
 * Cluster DNS as Pods expect it. CoreDNS runs on the node itself, so the Service has no selector and
 * its one endpoint is the node.
 */
export function clusterObjects(): ClusterObject[] {
    return [
        {
            path: `/api/v1/namespaces/${namespace}/services/kube-dns`,
            object: {
                apiVersion: "v1",
                kind: "Service",
                metadata: { name: "kube-dns", namespace, labels: { "k8s-app": "kube-dns" } },
                spec: {
                    clusterIP: dnsServiceAddress,
                    ports: dnsPorts.map((port) => ({ ...port, targetPort: 53 })),
                },
            },
        },
        {
            path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/kube-dns-node`,
            object: {
                apiVersion: "discovery.k8s.io/v1",
                kind: "EndpointSlice",
                metadata: {
                    name: "kube-dns-node",
                    namespace,
                    labels: { "kubernetes.io/service-name": "kube-dns" },
                },
                addressType: "IPv4",
                endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
                ports: dnsPorts,
            },
        },
        {
            path: "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:coredns",
            object: {
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRole",
                metadata: { name: "system:coredns" },
                rules: [
                    {
                        apiGroups: [""],
                        resources: ["services", "pods", "namespaces"],
                        verbs: ["list", "watch"],
                    },
                    {
                        apiGroups: ["discovery.k8s.io"],
                        resources: ["endpointslices"],
                        verbs: ["list", "watch"],
                    },
                ],
            },
        },
        {
            path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:coredns",
            object: {
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRoleBinding",
                metadata: { name: "system:coredns" },
                roleRef: {
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "ClusterRole",
                    name: "system:coredns",
                },
                subjects: [
                    {
                        apiGroup: "rbac.authorization.k8s.io",
                        kind: "User",
                        name: "system:coredns",
                    },
                ],
            },
        },
    ];
}

/** A name that only resolves when API server, kube-proxy and CoreDNS all work. */
export const probeName = `kubernetes.default.svc.${clusterDomain}`;
