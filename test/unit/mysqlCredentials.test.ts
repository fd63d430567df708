import * as assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { readCredentials } from "../../components/mysql/credentials";

describe("an existing Secret", () => {
    const encode = (text: string) => Buffer.from(text).toString("base64");

    it("is read byte by byte", () => {
        assert.deepEqual(
            readCredentials("s", { "root-password": encode("a\n"), password: encode("é'\\") }),
            { rootPassword: "a\n", password: "é'\\" },
        );
    });

    it("is refused by the names of the keys it lacks", () => {
        assert.throws(() => readCredentials("s", { password: "eA==" }), {
            message: 'existingSecretName = "s": the Secret lacks the key root-password; add it',
        });
        // The SDK prints no stack: of this class while the program runs, of an empty one afterwards.
        assert.throws(
            () => readCredentials("s", {}),
            (error: Error) => RunError.isInstance(error) && error.stack === "",
        );
        assert.throws(() => readCredentials("s", undefined, () => "mysqlSecret"), {
            message:
                'mysqlSecret = "s": the Secret lacks the key root-password; add it\n' +
                'mysqlSecret = "s": the Secret lacks the key password; add it',
        });
    });

    it("is refused for a password that MySQL can't take", () => {
        for (const [password, problem] of [
            ["", "is empty"],
            ["a\0", "has a zero byte in it"],
            ["x".repeat(257), "is longer than 256 bytes"],
            [Buffer.from([0x66, 0xfc, 0x72]), "isn't UTF-8"],
        ] as const) {
            assert.throws(
                () =>
                    readCredentials("s", {
                        "root-password": encode("x"),
                        password: Buffer.from(password).toString("base64"),
                    }),
                {
                    message: `existingSecretName = "s": its password ${problem}; put another password there`,
                },
            );
        }
    });
});
