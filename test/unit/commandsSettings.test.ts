import assert from "node:assert/strict";
import { withSaltOf } from "../../commands/stack";

describe("the settings that a command copies", () => {
    const settings = "config:\n    mysql-nfs:mysqlPods: 3\n";
    const salt = "encryptionsalt: v1:mine\n";
    const other = "encryptionsalt: v1:another\n";

    it("get the salt that the copy had", () => {
        assert.equal(withSaltOf(`${salt}config: {}\n`, settings), salt + settings);
        assert.equal(withSaltOf(`config: {}\n${salt.trim()}`, settings), salt + settings);
        assert.equal(withSaltOf("", settings), settings);
    });

    it("lose a salt from another cluster, which nothing in them is encrypted with", () => {
        assert.equal(withSaltOf(salt, other + settings), salt + settings);
        assert.equal(withSaltOf("", settings + other), settings);
    });

    it("keep it where something is", () => {
        const encrypted = `${other}config:\n    mysql-nfs:word:\n        secure: v1:abc\n`;
        assert.equal(withSaltOf(salt, encrypted), encrypted);
    });
});
