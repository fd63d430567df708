import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import {
    makesRequest,
    parseSwitchoverArguments,
    requestsFor,
    setPrimary,
    withoutSetting,
    withSetting,
} from "../../commands/primaryRequest";

describe("npm run switchover", () => {
    it("takes the ordinal of a Pod, and the flags of the other commands", () => {
        assert.deepEqual(
            parseSwitchoverArguments(["1", "--stack", "dev", "--context", "kind"], {}),
            {
                ordinal: 1,
                context: "kind",
                stackName: "dev",
                help: false,
            },
        );
        assert.equal(parseSwitchoverArguments(["1", "--help"], {}), undefined);
        assert.equal(parseSwitchoverArguments(["--help"], {}), undefined);
    });

    const form = "npm run switchover -- ORDINAL";
    for (const word of ["mysql-1", "", "-1", "1.5", "--stack"]) {
        it(`refuses ${JSON.stringify(word)} for an ordinal`, () => {
            assert.throws(() => parseSwitchoverArguments([word], {}), {
                name: "UserError",
                message: `"${word}" is no ordinal of a Pod, such as 1 of mysql-1. Use it so: ${form}`,
            });
        });
    }

    it("refuses what it doesn't know", () => {
        assert.throws(() => parseSwitchoverArguments(["1", "2"], {}), {
            name: "UserError",
            message: `Unknown argument "2". ${form} takes --context NAME and --stack NAME.`,
        });
    });
});

describe("a request that is to be made once more", () => {
    const resource = (name: string, primary: string, type = "random:index/randomId:RandomId") => ({
        urn: `urn:pulumi:dev::mysql-nfs::${type}::${name}`,
        type,
        inputs: { byteLength: 8, keepers: { primary } },
    });
    const found = (ordinal: number, ...resources: object[]) =>
        requestsFor(ordinal, { version: 3, deployment: { resources } });

    it("is the one for that Pod, and no other resource", () => {
        const request = resource("mysql-request", "mysql-1");
        const others = [
            { urn: "urn:a", type: "pulumi:pulumi:Stack" },
            resource("other", "mysql-1", "random:index/randomPassword:RandomPassword"),
        ];
        assert.deepEqual(found(1, ...others, request), [request.urn]);
    });

    it("is none where another Pod, or nothing, was asked for", () => {
        assert.deepEqual(found(1, resource("mysql-request", "mysql-11")), []);
        assert.deepEqual(found(1, resource("mysql-request", "mysql-0")), []);
        assert.deepEqual(found(1), []);
        assert.deepEqual(requestsFor(1, { version: 3, deployment: {} }), []);
    });
});

describe("a request", () => {
    const about = (op: OpType, type = "random:index/randomId:RandomId") =>
        ({ resourcePreEvent: { metadata: { op, type } } }) as EngineEvent;

    it("is made where the engine makes its id, for the first time or anew", () => {
        assert.equal(makesRequest(about("create")), true);
        assert.equal(makesRequest(about("create-replacement")), true);
    });

    it("isn't made by anything else that a run does", () => {
        for (const op of ["same", "update", "delete", "delete-replaced"] as const) {
            assert.equal(makesRequest(about(op)), false, op);
        }
        assert.equal(makesRequest(about("create", "kubernetes:core/v1:ConfigMap")), false);
        assert.equal(makesRequest({ sequence: 1, timestamp: 1 }), false);
    });
});

describe("the settings of a stack", () => {
    const set = (settings: string) => withSetting(settings, "mysql-nfs:mysqlPrimary", "1");
    const unset = (settings: string) => withoutSetting(settings, "mysql-nfs:mysqlPrimary");
    const line = 'mysql-nfs:mysqlPrimary: "1"\n';

    it("get the key and keep everything else, comments and indentation as well", () => {
        const text = "# Mine.\nconfig:\n    mysql-nfs:mysqlPods: 3 # odd\n";
        assert.equal(set(text), `${text}    ${line}`);
        const narrow = "encryptionsalt: v1:x\nconfig:\n  mysql-nfs:word:\n    secure: v1:y\n";
        assert.equal(set(narrow), `${narrow}  ${line}`);
    });

    it("get it in place of an old value, and where there were no settings", () => {
        assert.equal(set("config:\n  mysql-nfs:mysqlPrimary: 2\n"), `config:\n  ${line}`);
        assert.equal(set(""), `config:\n    ${line}`);
        assert.equal(set("config:\n"), `config:\n    ${line}`);
        assert.equal(set("config: {}\n"), `config: { ${line.trim()} }\n`);
    });

    it("lose the key and nothing else", () => {
        const text = "# Mine.\nconfig:\n  mysql-nfs:mysqlPods: 3 # odd\n";
        assert.equal(unset(`${text}  ${line}`), text);
        assert.equal(unset(`config:\n    ${line}`), "config: {}\n");
    });

    it("stay byte for byte where the key isn't set", () => {
        for (const text of ["", "config:\n", "config:\n    mysql-nfs:mysqlPods:   3\n"]) {
            assert.equal(unset(text), text);
        }
    });

    describe("that are brought back", () => {
        let folder: string;
        const file = () => join(folder, "Pulumi.dev.yaml");
        const own = "config:\n    mysql-nfs:mysqlPods:   3\n";

        beforeEach(() => {
            folder = mkdtempSync(join(tmpdir(), "switchover-"));
        });

        afterEach(() => {
            rmSync(folder, { recursive: true });
        });

        /** The settings after a switchover to Pod 2 that failed before or after that Pod was asked for. */
        function broughtBack(before: string, isAsked: boolean): string {
            writeFileSync(file(), before);
            const bringBack = setPrimary(folder, "dev", 2);
            assert.match(readFileSync(file(), "utf8"), /mysqlPrimary: "2"/);
            bringBack(isAsked);
            return readFileSync(file(), "utf8");
        }

        it("are what they were, whether there were some or none", () => {
            assert.equal(broughtBack(own, false), own);
            assert.equal(broughtBack(`${own}    ${line}`, false), `${own}    ${line}`);
            rmSync(file());
            setPrimary(folder, "dev", 1)(false);
            assert.equal(existsSync(file()), false);
        });

        it("ask for no Pod once another was asked for: the old one would be asked for anew", () => {
            assert.equal(broughtBack(`${own}    ${line}`, true), own.replace(/ +3/, " 3"));
            assert.equal(broughtBack(own, true), own);
        });
    });
});
