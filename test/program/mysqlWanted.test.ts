import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { at } from "../mocks";
import type { Run } from "./controlledCluster";
import { cluster } from "./controlledCluster";

describe("What MysqlCluster wants of its controller", () => {
    const declaredOf = (run: Run) => run.get("ConfigMap", "mysql-declared");
    const waitFor = (run: Run) =>
        (at(declaredOf(run).inputs, "metadata.annotations") as Record<string, string>)[
            "pulumi.com/waitFor"
        ];

    it("is waited for, as long as for Pods, and Pods come and go after it", async () => {
        const run = await cluster({ pods: 5, readyTimeoutMinutes: 7 });
        assert.equal(waitFor(run), "jsonpath={.data.settled}=5");
        assert.deepEqual(declaredOf(run).timeouts, { create: "7m", update: "7m", delete: "" });
        assert.ok(run.get("StatefulSet", "mysql").dependsOn.includes("ConfigMap mysql-declared"));
        assert.equal(run.resources.filter(({ type }) => /RandomId$/.test(type)).length, 0);
    });

    it("is a primary where one is asked for, once: by a request that another Pod or time makes anew", async () => {
        const run = await cluster({ name: "shop", primary: 1 });
        assert.deepEqual(run.get("RandomId", "mysql-request").inputs, {
            byteLength: 8,
            keepers: { primary: "shop-1" },
        });
        const wanted = "3-shop-1-hex-of-mysql-request";
        assert.deepEqual(declaredOf(run).inputs["data"], {
            pods: "3",
            primary: "shop-1",
            request: "hex-of-mysql-request",
            wanted,
        });
        assert.equal(waitFor(run), `jsonpath={.data.settled}=${wanted}`);
        assert.equal(
            run.get("MysqlCluster", "mysql").inputs["declared"],
            '{"image":"9.7","pods":"3","primary":"1"}',
        );
    });

    it("ends the run where it is refused, and no Pod is touched", async () => {
        const answer = (text: string) => ({
            "ConfigMap mysql-declared": {
                data: { request: "hex-of-mysql-request", answer: `hex-of-mysql-request ${text}` },
            },
        });
        await assert.rejects(
            cluster({ primary: 1 }, answer("refused: mysql-1 can't be the primary: it is broken")),
            (error) => {
                assert.ok(pulumi.RunError.isInstance(error));
                assert.equal(error.stack, "");
                assert.match(
                    error.message,
                    /^primary = 1: mysql-1 can't be .* it is broken\. Unset it: /,
                );
                return true;
            },
        );
        const run = await cluster({ primary: 1 }, answer("done: mysql-1 was asked for"));
        assert.ok(run.get("StatefulSet", "mysql"));
    });

    it("is that Pods get a new template one by one, which is waited for", async () => {
        const { inputs, onError } = (await cluster({ pods: 2 })).get("StatefulSet", "mysql");
        assert.deepEqual(onError, ["StatefulService mysql: Pods that don't get ready"]);
        assert.deepEqual(at(inputs, "spec.updateStrategy"), { type: "OnDelete" });
        const annotations = at(inputs, "metadata.annotations") as Record<string, string>;
        assert.deepEqual(JSON.parse(annotations["pulumi.com/waitFor"] ?? ""), [
            "jsonpath={.status.replicas}=2",
            "jsonpath={.status.readyReplicas}=2",
            "jsonpath={.status.updatedReplicas}=2",
        ]);
    });
});
