import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientArguments, clientInput, parseSqlArguments } from "../../commands/sqlClient";

const endpoints = {
    namespace: "db",
    statefulSet: "mysql",
    primaryHost: "mysql-primary",
    readHost: "mysql-read",
    database: "app",
    user: "me",
    secretName: "creds",
};

describe("npm run sql", () => {
    it("takes an endpoint and a statement, and the flags of the other commands", () => {
        assert.deepEqual(parseSqlArguments(["read", "SELECT 1", "--stack", "dev"], {}), {
            endpoint: "read",
            sql: "SELECT 1",
            context: undefined,
            stackName: "dev",
            help: false,
        });
        assert.equal(parseSqlArguments(["--help"], {}), undefined);
    });

    const form = "npm run sql -- primary|read 'SQL'";
    const refused: readonly [string, readonly string[], string][] = [
        [
            "another endpoint",
            ["replica", "SELECT 1"],
            `"replica" is neither primary nor read. Use it so: ${form}`,
        ],
        ["no statement", ["read"], `The statement is missing. Use it so: ${form}`],
        [
            "a flag in place of a statement",
            ["read", "--stack"],
            `The statement is missing. Use it so: ${form}`,
        ],
        [
            "a statement without quotes",
            ["read", "SELECT", "1"],
            `Unknown argument "1". ${form} takes --context NAME and --stack NAME.`,
        ],
    ];
    for (const [what, words, message] of refused) {
        it(`refuses ${what}`, () => {
            assert.throws(() => parseSqlArguments(words, {}), { name: "UserError", message });
        });
    }

    it("asks a ready Pod of the StatefulSet to reach the endpoint", () => {
        const words = clientArguments(endpoints, "read");
        assert.deepEqual(words.slice(0, 10), [
            ...["exec", "-i", "statefulset/mysql", "-n", "db", "-c", "mysqld", "--", "bash", "-c"],
        ]);
        assert.deepEqual(words.slice(11), ["mysql-read", "me", "app"]);
        assert.deepEqual(clientArguments(endpoints, "primary").slice(11), [
            "mysql-primary",
            "me",
            "app",
        ]);
    });

    it("hands any password to the client in an option file, and the statement as its input", () => {
        const directory = mkdtempSync(join(tmpdir(), "sql-"));
        // In place of the client: what it was called with, what the option file says, what it reads.
        const program = '#!/bin/bash\nprintf "%s\\n" "${@:2}"; cat "${1#*=}"; cat\n';
        writeFileSync(join(directory, "mysql"), program);
        chmodSync(join(directory, "mysql"), 0o755);
        const words = clientArguments(endpoints, "read").slice(8);
        const output = execFileSync("bash", ["--norc", ...words.slice(1)], {
            input: clientInput(Buffer.from("a\\b\"c'd#\ne"), "SELECT 'x';\n-- y"),
            env: { PATH: `${directory}:${process.env.PATH ?? ""}` },
            encoding: "utf8",
        });
        rmSync(directory, { recursive: true });
        assert.deepEqual(output.split("\n"), [
            ...["--host=mysql-read", "--user=me", "--table", "app"],
            "[client]",
            'password="a\\\\b"c\'d#\\ne"',
            ...["SELECT 'x';", "-- y"],
        ]);
    });
});
