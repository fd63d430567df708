import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { StatefulService, ThrowawayNamespace } from "../../components";

const config = new pulumi.Config();
const image = config.require("image");

// uid of nginx and of the provisioner, which removes what the Pods wrote.
const user = 65534;

const own = new ThrowawayNamespace("pages", {
    server: config.require("nfsServer"),
    path: config.require("nfsPath"),
    image: config.get("nfsProvisionerImage"),
    runAsUser: user,
});

export const { namespace } = own;

const settings = new k8s.core.v1.ConfigMap("nginx", {
    metadata: { namespace },
    data: { "nginx.conf": readFileSync(join(__dirname, "nginx.conf"), "utf8") },
});

const pages = new StatefulService("pages", {
    namespace,
    name: "pages",
    replicas: 3,
    ports: [{ name: "http", port: 80, targetPort: 8080 }],
    clientService: { name: "any-page" },
    claims: [
        {
            name: "page",
            storageClassName: own.storageClassName,
            size: "10Mi",
            accessModes: ["ReadWriteOnce"],
        },
    ],
    podSpec: {
        securityContext: { runAsUser: user },
        initContainers: [
            {
                name: "write",
                image,
                // Only on a new volume, so that the page tells which Pod was the first.
                command: ["sh", "-c"],
                args: [
                    '[ -e /pages/index.html ] || echo "page of $NAME, written by Pod $UID_OF_POD" > /pages/index.html',
                ],
                env: [
                    { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                    { name: "UID_OF_POD", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
                ],
                volumeMounts: [{ name: "page", mountPath: "/pages" }],
            },
        ],
        containers: [
            {
                name: "nginx",
                image,
                command: ["nginx", "-e", "stderr", "-c", "/settings/nginx.conf"],
                ports: [{ name: "http", containerPort: 8080 }],
                readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 2 },
                resources: {
                    requests: { cpu: "10m", memory: "16Mi" },
                    limits: { memory: "64Mi" },
                },
                volumeMounts: [
                    { name: "page", mountPath: "/pages", readOnly: true },
                    { name: "settings", mountPath: "/settings", readOnly: true },
                    { name: "tmp", mountPath: "/tmp" },
                ],
            },
        ],
        volumes: [
            { name: "settings", configMap: { name: settings.metadata.name } },
            { name: "tmp", emptyDir: {} },
        ],
    },
});

export const podDnsNames = pages.podDnsNames;
export const anyPage = pages.clientDnsName;

const proxied = pulumi.interpolate`kubectl get --raw /api/v1/namespaces/${namespace}`;
const directories =
    "CLAIM:.spec.claimRef.name,NAMESPACE:.spec.claimRef.namespace,DIRECTORY:.spec.nfs.path";
export const next = [
    pulumi.interpolate`${proxied}/pods/pages-0:8080/proxy/`,
    pulumi.interpolate`${proxied}/services/any-page:http/proxy/`,
    `kubectl get pv -o custom-columns=${directories}`,
    pulumi.interpolate`kubectl -n ${namespace} delete pod pages-0`,
    pulumi.interpolate`${proxied}/pods/pages-0:8080/proxy/`,
];
