import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { act, aroundTests, declare, kubectl, must, namespace } from "../support/pluginStack";
import { found, seen, until } from "../support/until";

// How the kubernetes plugin waits: the official one must pass this as the stand-in does.

const image = "sandbox.local/mysql:9.7";
const labels = { app: "web" };

function podTemplate(command: string, containerImage = image, restartPolicy = "Always") {
    return {
        metadata: { labels },
        spec: {
            restartPolicy,
            terminationGracePeriodSeconds: 1,
            containers: [
                {
                    name: "main",
                    image: containerImage,
                    command: ["bash", "-c", command],
                    // Without a probe a container that exits at once counts as ready for a moment.
                    readinessProbe: {
                        exec: { command: ["true"] },
                        initialDelaySeconds: 1,
                        periodSeconds: 1,
                    },
                },
            ],
        },
    };
}

function statefulSet(
    replicas: number,
    spec: { image?: string; command?: string; annotations?: Record<string, string> } = {},
    seconds = 60,
): void {
    const timeout = `${seconds}s`;
    new k8s.apps.v1.StatefulSet(
        "web",
        {
            metadata: { namespace, name: "web", annotations: spec.annotations },
            spec: {
                replicas,
                serviceName: "web",
                podManagementPolicy: "Parallel",
                selector: { matchLabels: labels },
                template: podTemplate(spec.command ?? "sleep infinity", spec.image),
            },
        },
        { customTimeouts: { create: timeout, update: timeout } },
    );
}

describe("the kubernetes plugin", () => {
    aroundTests();

    it("wait until a StatefulSet is ready and its update has rolled out", async () => {
        declare(() => statefulSet(2));
        await must("up");
        const ready = () => kubectl("get", "sts", "web", "-o", "jsonpath={.status.readyReplicas}");
        assert.equal(await ready(), "2");
        declare(() => statefulSet(1, { command: "exec sleep infinity" }));
        await must("up");
        assert.equal(await ready(), "1");
    });

    it("tell why Pods do not start, remember the object, and go on from there", async () => {
        declare(() => statefulSet(1, { image: "sandbox.local/nope:1" }, 12));
        const { errors } = await act("up");
        assert.match(errors, /'web' timed out waiting to be Ready/);
        assert.match(errors, /0 out of 1 replicas succeeded readiness checks/);
        assert.match(errors, /ErrImagePull|ImagePullBackOff|ErrImageNeverPull/);
        const crash = "echo the last words > /dev/termination-log; exit 3";
        declare(() => statefulSet(1, { command: crash }, 16));
        const crashed = await act("up");
        assert.match(crashed.errors, /CrashLoopBackOff|exit code 3/);
        assert.match(crashed.errors, /the last words/);
        declare(() => statefulSet(1));
        assert.equal((await must("up")).changes["update"], 1);
    });

    it("do not wait with skipAwait, and wait for what waitFor says", async () => {
        const skip = { annotations: { "pulumi.com/skipAwait": "true" }, command: "sleep 1000" };
        declare(() => statefulSet(3, skip));
        await must("up");
        const waitFor = (expression: string) => ({
            annotations: { "pulumi.com/waitFor": expression },
            command: "sleep 1000",
        });
        declare(() => statefulSet(3, waitFor("jsonpath={.status.readyReplicas}=3")));
        await must("up");
        const all = '["jsonpath={.status.readyReplicas}=3", "jsonpath={.status.replicas}=99"]';
        declare(() => statefulSet(3, waitFor(all), 3));
        assert.match(
            (await act("up")).errors,
            /"providers-test\/web" failed to fully initialize or become live: timed out waiting for the condition/,
        );
    });

    it("record what was being waited for when the user interrupts", async () => {
        declare(() => statefulSet(4, { image: "sandbox.local/nope:1" }, 120));
        const interrupt = new AbortController();
        const run = act("up", interrupt.signal);
        await until("the StatefulSet is updated and waited for", 60, async () => {
            const images = await kubectl(
                "get",
                "pods",
                "-l",
                "app=web",
                "-o",
                "jsonpath={..image}",
            );
            return images.includes("sandbox.local/nope:1") ? found(true) : seen(images);
        });
        interrupt.abort();
        const outcome = await run;
        assert.ok(outcome.seconds < 60, `${outcome.seconds} s`);
        assert.notEqual(outcome.errors, "");
        declare(() => statefulSet(1, { annotations: { "pulumi.com/skipAwait": "true" } }));
        assert.equal((await must("up")).changes["update"], 1);
    });

    it("wait for the Pods of a StatefulSet to be gone when it is deleted", async () => {
        declare(() => statefulSet(2));
        await must("up");
        declare(() => undefined);
        await must("up");
        assert.equal(await kubectl("get", "pods", "-l", "app=web", "-o", "name"), "");
    });

    it("wait for a Deployment, and ten seconds for the endpoints of a Service", async () => {
        declare(() => {
            const deployment = new k8s.apps.v1.Deployment("web", {
                metadata: { namespace },
                spec: { selector: { matchLabels: labels }, template: podTemplate("sleep 1000") },
            });
            const spec = { selector: labels, ports: [{ port: 80 }] };
            const metadata = { namespace, name: "web" };
            new k8s.core.v1.Service("web", { metadata, spec }, { dependsOn: deployment });
            new k8s.core.v1.Service("headless", {
                metadata: { namespace, name: "headless" },
                spec: { ...spec, clusterIP: "None" },
            });
        });
        const { seconds } = await must("up");
        assert.ok(seconds > 10, `${seconds} s`);
    });

    it("wait for a Job, and tell why it failed", async () => {
        const job = (command: string) => () => {
            const template = podTemplate(command, image, "Never");
            const spec = { backoffLimit: 0, template };
            new k8s.batch.v1.Job("task", { metadata: { namespace }, spec });
        };
        declare(job("sleep 1"));
        await must("up");
        declare(job("exit 7"));
        assert.match((await act("up")).errors, /BackoffLimitExceeded/);
    });

    it("wait for a volume and its claim", async () => {
        declare(() => {
            const capacity = { storage: "0.5Gi" };
            const common = { accessModes: ["ReadWriteMany"], storageClassName: namespace };
            const volume = new k8s.core.v1.PersistentVolume("volume", {
                metadata: {},
                spec: { ...common, capacity, nfs: { server: "10.88.0.1", path: "/export" } },
            });
            new k8s.core.v1.PersistentVolumeClaim(
                "claim",
                { metadata: { namespace }, spec: { ...common, resources: { requests: capacity } } },
                { dependsOn: volume },
            );
        });
        await must("up");
        const phase = "jsonpath={.items[*].status.phase}";
        assert.equal(await kubectl("get", "pvc", "-o", phase), "Bound");
        await must("refresh");
        assert.deepEqual((await must("up")).changes, { same: 4 });
    });
});
