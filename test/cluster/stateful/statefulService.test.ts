import assert from "node:assert/strict";
import type { StatefulServiceArgs } from "../../../components/statefulService";
import { testCluster } from "../support/cluster";
import { act, aroundTests, declare, kubectl, must, namespace } from "../support/pluginStack";
import { exactly, until } from "../support/until";
import * as service from "../support/webService";
import {
    badImage,
    declareWeb,
    pods,
    pullFailure,
    replaced,
    rolling,
    startAnew,
    versions,
} from "../support/webService";

// StatefulService on a real cluster: what Pods there are, which template each has, and what `pulumi up` says.

describe("a StatefulService", () => {
    aroundTests();

    it("numbers Pods from where they start, names each, and reaches any by its Service", async () => {
        const names: Record<string, unknown> = {};
        declare(() => {
            const web = service.web({ replicas: 2, ordinalsStart: 3, clientService: {} });
            web.podDnsNames.apply((value) => (names["pods"] = value));
            web.clientDnsName?.apply((value) => (names["client"] = value));
        });
        await must("up");
        assert.deepEqual(Object.keys(await pods()), ["web-3", "web-4"]);
        const domain = `${namespace}.svc.cluster.local`;
        assert.deepEqual(names, {
            pods: [`web-3.web.${domain}`, `web-4.web.${domain}`],
            client: `web-client.${domain}`,
        });
        // Nothing listens; a name that isn't known would be told otherwise.
        for (const name of [`web-4.web.${domain}`, `web-client.${domain}`]) {
            const connect = ["bash", "-c", `: > /dev/tcp/${name}/8080`];
            const args = ["exec", "-n", namespace, "web-3", "--", ...connect];
            assert.match((await testCluster().kubectl.try(args)).stderr, /Connection refused/);
        }
        await until("both Pods are behind the Service for clients", 30, async () => {
            const selector = "kubernetes.io/service-name=web-client";
            const path = "jsonpath={.items[*].endpoints[*].targetRef.name}";
            const list = await kubectl("get", "endpointslices", "-l", selector, "-o", path);
            return exactly("web-3,web-4", list.split(" ").sort().join());
        });
    });

    it("moves its Pods to other numbers in place", async () => {
        const before = await pods();
        declareWeb({ replicas: 2, ordinalsStart: 4, clientService: {} });
        await must("up");
        await until("web-3 is gone", 30, async () =>
            exactly("web-4,web-5", Object.keys(await pods()).join()),
        );
        assert.deepEqual(await replaced(before), ["web-3"]);
    });

    it("makes Pods that Pod Security restricted admits, and a budget for them", async () => {
        const enforce = "pod-security.kubernetes.io/enforce=restricted";
        const args = ["label", "namespace", namespace, enforce, "--dry-run=server"];
        const { stdout, stderr } = await testCluster().kubectl.try(args);
        assert.match(stdout, /labeled/);
        assert.equal(stderr, "");
        await until("the budget lets one Pod go", 30, async () =>
            exactly("1", await kubectl("get", "pdb", "-o", "jsonpath={..disruptionsAllowed}")),
        );
    });

    it("gives a template to the Pods beyond the partition only, and waits for no others", async () => {
        await startAnew();
        const first = await pods();
        declareWeb(rolling(2), "v2");
        await must("up");
        assert.equal(await versions(), "web-0 v1, web-1 v1, web-2 v2");
        assert.deepEqual(await replaced(first), ["web-2"]);

        const canary = await pods();
        declareWeb(rolling(1), "v2");
        await must("up");
        assert.equal(await versions(), "web-0 v1, web-1 v2, web-2 v2");
        assert.deepEqual(await replaced(canary), ["web-1"]);

        const further = await pods();
        declareWeb(rolling(2), "v2");
        await must("up");
        assert.deepEqual(await replaced(further), []);

        await must("refresh");
        declareWeb({ ...rolling(2), replicas: 4 }, "v2");
        await must("up");
        assert.equal(await versions(), "web-0 v1, web-1 v2, web-2 v2, web-3 v2");
        assert.deepEqual(await replaced(further), []);
    });

    it("takes a canary back, and lets it through, touching no Pod that has its template", async () => {
        await startAnew(rolling(2));
        const first = await pods();
        declareWeb(rolling(2), "v2");
        await must("up");
        declareWeb(rolling(2), "v1");
        await must("up");
        assert.equal(await versions(), "web-0 v1, web-1 v1, web-2 v1");
        assert.deepEqual(await replaced(first), ["web-2"]);

        declareWeb(rolling(2), "v3");
        await must("up");
        const canary = await pods();
        declareWeb(rolling(0), "v3");
        await must("up");
        assert.equal(await versions(), "web-0 v3, web-1 v3, web-2 v3");
        assert.deepEqual(await replaced(canary), ["web-0", "web-1"]);
    });

    it("says when a canary does not get ready, and gets over it with the next template", async () => {
        await startAnew();
        const first = await pods();
        declareWeb(rolling(2), "v2", badImage);
        assert.notEqual((await act("up")).errors, "");
        assert.deepEqual(await replaced(first), ["web-2"]);
        // The wait with conditions of its own knows no Pods; a refresh looks at them.
        assert.match((await must("refresh")).warnings, pullFailure);
        declareWeb(rolling(2), "v3");
        await must("up");
        assert.equal(await versions(), "web-0 v1, web-1 v1, web-2 v3");
    });

    it("tells why an update does not get ready, and gets over it with the next template", async () => {
        await startAnew();
        const first = await pods();
        declareWeb({}, "v2", badImage);
        const { errors } = await act("up");
        assert.match(errors, pullFailure);
        assert.match(errors, /web-2/);
        assert.deepEqual(await replaced(first), ["web-2"]);
        declareWeb({}, "v3");
        await must("up");
        assert.equal(await versions(), "web-0 v3, web-1 v3, web-2 v3");
    });

    it("gets over a first start that failed", async () => {
        declare(() => undefined);
        await must("up");
        declareWeb({}, "v1", badImage);
        assert.match((await act("up")).errors, pullFailure);
        declareWeb({}, "v2");
        await must("up");
        assert.equal(await versions(), "web-0 v2, web-1 v2, web-2 v2");
    });

    it("replaces no Pod with OnDelete, and does not wait for somebody to", async () => {
        const onDelete: Partial<StatefulServiceArgs> = { updateStrategy: { type: "OnDelete" } };
        await startAnew(onDelete);
        const first = await pods();
        declareWeb(onDelete, "v2");
        await must("up");
        assert.deepEqual(await replaced(first), []);
        await kubectl("delete", "pod", "web-1");
        await until("web-1 has the template", 30, async () =>
            exactly("web-0 v1, web-1 v2, web-2 v1", await versions()),
        );
        declareWeb({}, "v2");
        await must("up");
        assert.equal(await versions(), "web-0 v2, web-1 v2, web-2 v2");
    });

    it("warns that this cluster replaces one Pod at a time where more were allowed", async () => {
        declareWeb({ updateStrategy: { type: "RollingUpdate", maxUnavailable: 2 } }, "v2");
        const { warnings } = await must("up");
        assert.match(warnings, /This cluster drops updateStrategy\.maxUnavailable/);
    });
});
