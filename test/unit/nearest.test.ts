import * as assert from "node:assert/strict";
import { nearest } from "../../components/nearest";

describe("The nearest word", () => {
    it("is a likely slip, or none", () => {
        const words = ["mysqlPods", "nfsServer", "namespace"];
        assert.equal(nearest("mysqlpods", words), "mysqlPods");
        assert.equal(nearest("nfsSever", words), "nfsServer");
        assert.equal(nearest("namspace", words), "namespace");
        assert.equal(nearest("password", words), undefined);
        assert.equal(nearest("x", []), undefined);
    });
});
