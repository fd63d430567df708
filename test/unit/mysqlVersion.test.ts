import * as assert from "node:assert/strict";
import { imageVersion, isAtLeast, parseVersion } from "../../components/mysql/version";

describe("the series of MySQL", () => {
    it("is what the tag of the image begins with", () => {
        for (const [image, expected] of [
            ["mysql:9.7.1", { major: 9, minor: 7 }],
            ["mysql:8.4", { major: 8, minor: 4 }],
            ["host:5000/team/mysql:10.11.2-oraclelinux9", { major: 10, minor: 11 }],
            ["mysql:9.7.1@sha256:" + "0".repeat(64), { major: 9, minor: 7 }],
            ["mysql:lts", undefined],
            ["host:5000/mysql", undefined],
            ["mysql:v9.7", undefined],
        ] as const) {
            assert.deepEqual(imageVersion(image), expected, image);
        }
    });

    it("is compared as numbers", () => {
        const version = parseVersion("9.10") ?? assert.fail();
        assert.ok(isAtLeast(version, "9.7") && isAtLeast(version, "8.4"));
        assert.ok(!isAtLeast(version, "9.11") && !isAtLeast(version, "26.7"));
    });
});
