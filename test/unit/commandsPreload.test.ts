import assert from "node:assert/strict";
import { importsIn } from "../../commands/preload";

describe("what is loaded ahead of the program", () => {
    it("is all that it imports", () => {
        const source = [
            'import * as k8s from "@pulumi/kubernetes";',
            'import { MysqlCluster } from "./components";',
            'import * as pulumi from "@pulumi/pulumi";',
            'import type { Settings } from "./settings";',
            'import { join } from "node:path";',
        ].join("\n");
        assert.deepEqual(importsIn(source), [
            "@pulumi/kubernetes",
            "./components",
            "@pulumi/pulumi",
            "node:path",
        ]);
    });
});
