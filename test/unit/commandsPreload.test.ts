import assert from "node:assert/strict";
import { sdksIn } from "../../commands/preload";

describe("the SDKs loaded ahead of the program", () => {
    it("are those that it imports", () => {
        const source = [
            'import * as k8s from "@pulumi/kubernetes";',
            'import { MysqlCluster } from "./components";',
            'import * as pulumi from "@pulumi/pulumi";',
            'import { join } from "node:path";',
        ].join("\n");
        assert.deepEqual(sdksIn(source), ["@pulumi/kubernetes", "@pulumi/pulumi"]);
    });
});
