import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { UpdateStrategy } from "../../components";
import { StatefulService } from "../../components";
import { restrictedNamespaceLabels } from "../../components/namespace";

const config = new pulumi.Config();

const rolloutsNamespace = new k8s.core.v1.Namespace("rollouts", {
    metadata: { labels: restrictedNamespaceLabels },
});

export const namespace = rolloutsNamespace.metadata.name;

const updateStrategy: UpdateStrategy =
    config.require("updateStrategy") === "OnDelete"
        ? { type: "OnDelete" }
        : { type: "RollingUpdate", partition: config.requireNumber("partition") };

// The same Pods twice: they only start and stop in another order.
const common = {
    namespace,
    replicas: config.requireNumber("pods"),
    updateStrategy,
    ports: [{ name: "none", port: 8080 }],
    podSpec: {
        securityContext: { runAsUser: 65534 },
        // Nothing has to be finished before a Pod may go.
        terminationGracePeriodSeconds: 1,
        containers: [
            {
                name: "server",
                image: config.require("image"),
                // It takes its time to get ready, so that the order can be seen.
                command: ["sh", "-c"],
                args: ['echo "version $VERSION"; sleep 2; touch /tmp/ready; exec sleep infinity'],
                env: [{ name: "VERSION", value: config.require("version") }],
                readinessProbe: {
                    exec: { command: ["test", "-e", "/tmp/ready"] },
                    periodSeconds: 1,
                },
                volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }],
    },
};

const parallel = new StatefulService("parallel", {
    ...common,
    name: "parallel",
    podManagementPolicy: "Parallel",
});

const ordered = new StatefulService("ordered", {
    ...common,
    name: "ordered",
    podManagementPolicy: "OrderedReady",
});

export const parallelPods = parallel.podDnsNames;
export const orderedPods = ordered.podDnsNames;

const kubectl = pulumi.interpolate`kubectl -n ${namespace}`;
export const next = [
    pulumi.interpolate`${kubectl} get events --sort-by=.metadata.creationTimestamp --field-selector involvedObject.kind=StatefulSet`,
    pulumi.interpolate`${kubectl} logs --prefix --selector mysqlnfs/service`,
    pulumi.interpolate`${kubectl} get pods --watch`,
];
