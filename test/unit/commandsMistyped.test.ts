import assert from "node:assert/strict";
import { mistypedSetting } from "../../commands/mistyped";

function refusal(key: string, type: string): string {
    return `error: validating stack config: Stack 'dev' with configuration key '${key}' must be of type '${type}'\n`;
}

describe("a setting whose type the CLI refuses", () => {
    it("is named with its value and what to give", () => {
        const settings = "config:\n  mysql-nfs:mysqlPods: many\n";
        assert.equal(
            mistypedSetting(refusal("mysqlPods", "integer"), "mysql-nfs", settings),
            [
                "The configuration of stack dev can't be used:",
                '  mysql-nfs:mysqlPods = "many": give a whole number; Pulumi.yaml describes the key',
                "Change it by `pulumi config` or in Pulumi.dev.yaml. Nothing was changed.",
            ].join("\n"),
        );
    });

    it("may be a list, an object, or a key of another project", () => {
        const settings = "config:\n  mysql-nfs:nfsMountOptions: hard\n  other:limits: [1]\n";
        const said = (key: string, type: string) =>
            mistypedSetting(refusal(key, type), "mysql-nfs", settings)?.split("\n")[1];
        assert.equal(
            said("nfsMountOptions", "array<string>"),
            '  mysql-nfs:nfsMountOptions = "hard": give an array<string>; Pulumi.yaml describes the key',
        );
        assert.equal(
            said("other:limits", "object"),
            "  other:limits = [1]: give an object; Pulumi.yaml describes the key",
        );
    });

    it("is not what other words of the CLI are about", () => {
        assert.equal(mistypedSetting("error: incorrect passphrase", "mysql-nfs", ""), undefined);
    });
});
