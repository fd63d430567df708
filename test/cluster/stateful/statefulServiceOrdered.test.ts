import assert from "node:assert/strict";
import type { StatefulServiceArgs } from "../../../components/statefulService";
import { testCluster } from "../support/cluster";
import { act, aroundTests, declare, kubectl, must, namespace } from "../support/pluginStack";
import { exactly, until } from "../support/until";
import {
    badImage,
    declareWeb,
    pods,
    pullFailure,
    replaced,
    startAnew,
    versions,
} from "../support/webService";

const ordered: Partial<StatefulServiceArgs> = { podManagementPolicy: "OrderedReady" };

describe("a StatefulService with OrderedReady", () => {
    aroundTests();

    it("tells why an update does not get ready, and what to do in place of a fixed template", async () => {
        await startAnew(ordered);
        const first = await pods();
        declareWeb(ordered, "v2", badImage);
        assert.match((await act("up")).errors, pullFailure);
        assert.deepEqual(await replaced(first), ["web-2"]);
        const stuck = await pods();
        declareWeb(ordered, "v3");
        for (const action of ["preview", "up"] as const) {
            const { errors } = await act(action);
            assert.match(errors, /Pod web-2 is not ready.*Set replicas to 2 together with/);
        }
        assert.deepEqual(await replaced(stuck), []);
    });

    it("gets over it by scaling in with the fixed template, and out again", async () => {
        declareWeb({ ...ordered, replicas: 2 }, "v3");
        await must("up");
        assert.equal(await versions(), "web-0 v3, web-1 v3");
        declareWeb(ordered, "v3");
        await must("up");
        assert.equal(await versions(), "web-0 v3, web-1 v3, web-2 v3");
    });

    it("gets over a first start that failed in the same way", async () => {
        declare(() => undefined);
        await must("up");
        declareWeb(ordered, "v1", badImage);
        assert.match((await act("up")).errors, pullFailure);
        declareWeb({ ...ordered, replicas: 0 }, "v2");
        await must("up");
        declareWeb(ordered, "v2");
        await must("up");
        assert.equal(await versions(), "web-0 v2, web-1 v2, web-2 v2");
    });

    it("becomes a Parallel one without a stop of its Pods", async () => {
        const before = await pods();
        declareWeb({}, "v2");
        assert.match((await act("up")).errors, /podManagementPolicy.*--cascade=orphan/);
        await kubectl("delete", "statefulset", "web", "--cascade=orphan");
        await must("refresh");
        await must("up");
        const policy = "jsonpath={.spec.podManagementPolicy}";
        assert.equal(await kubectl("get", "statefulset", "web", "-o", policy), "Parallel");
        assert.deepEqual(await replaced(before), []);
        const owner = "jsonpath={.items[*].metadata.ownerReferences[*].kind}";
        assert.equal(
            await kubectl("get", "pods", "-o", owner),
            "StatefulSet StatefulSet StatefulSet",
        );
    });
});

// Should this fail one day, Kubernetes has learnt it, and the refusal in components/stateful/stuck.ts can go.
describe("Kubernetes", () => {
    const name = "stuck";

    it("leaves a Pod that is not ready without the template that would make it so", async () => {
        const apply = (image: string) =>
            testCluster().kubectl.run(
                ["apply", "-n", namespace, "-f", "-"],
                JSON.stringify({
                    apiVersion: "apps/v1",
                    kind: "StatefulSet",
                    metadata: { name },
                    spec: {
                        serviceName: name,
                        selector: { matchLabels: { name } },
                        template: {
                            metadata: { labels: { name } },
                            spec: { containers: [{ name, image, command: ["sleep", "infinity"] }] },
                        },
                    },
                }),
            );
        const status = (path: string) =>
            kubectl("get", "statefulset", name, "-o", `jsonpath={.status.${path}}`);
        await testCluster().kubectl.try(["create", "namespace", namespace]);
        try {
            await apply(badImage);
            await until("the Pod is there", 60, async () =>
                exactly(
                    "pod/stuck-0",
                    await kubectl("get", "pods", "-l", `name=${name}`, "-o", "name"),
                ),
            );
            const { uid } = (await pods())["stuck-0"] ?? {};
            await apply("sandbox.local/mysql:9.7");
            await until("Kubernetes has seen the template", 60, async () =>
                exactly("2", await status("observedGeneration")),
            );
            assert.equal((await pods())["stuck-0"]?.uid, uid);
            assert.notEqual(await status("currentRevision"), await status("updateRevision"));
        } finally {
            await testCluster().kubectl.try(["delete", "namespace", namespace]);
        }
    });
});
