// Objects as a program has them, for the plugin's first run (plugin/warmUp.ts).
import type { JsonObject } from "../plugin/json";
import { makeSecret } from "../plugin/values";
import type { Sample, WarmUp } from "../plugin/warmUp";

// Nothing listens on port 1: the plugin learns what an unreachable cluster is.
const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: none
contexts: [{ name: none, context: { cluster: none, user: none } }]
clusters:
    - name: none
      cluster: { server: "https://127.0.0.1:1" }
users:
    - name: none
      user: { token: none }
`;

function sample(type: string, inputs: JsonObject, changes: JsonObject): Sample {
    const live = { ...inputs, metadata: { name: "name", namespace: "default", uid: "1" } };
    return { type, news: { ...inputs, ...changes }, olds: { ...live, __inputs: inputs } };
}

const statefulSet: JsonObject = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "name", labels: { app: "name" }, annotations: { a: "b" } },
    spec: {
        replicas: 1,
        serviceName: "name",
        selector: { matchLabels: { app: "name" } },
        template: {
            metadata: { labels: { app: "name" } },
            spec: {
                containers: [
                    {
                        name: "main",
                        image: "image:1",
                        resources: { requests: { cpu: "0.5", memory: "1024Mi" } },
                        securityContext: { runAsNonRoot: true },
                    },
                ],
            },
        },
    },
};

const configMap: JsonObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {},
    data: { key: "value" },
};

const secret: JsonObject = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {},
    stringData: makeSecret({ key: "value" }),
};

export const WARM_UP_RUN: WarmUp = {
    variables: { "kubernetes:config:kubeconfig": KUBECONFIG },
    samples: [
        sample("kubernetes:apps/v1:StatefulSet", statefulSet, { metadata: { name: "other" } }),
        sample("kubernetes:core/v1:ConfigMap", configMap, { data: { key: "other" } }),
        sample("kubernetes:core/v1:Secret", secret, {}),
    ],
};
