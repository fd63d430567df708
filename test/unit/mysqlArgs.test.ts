import * as assert from "node:assert/strict";
import type { MysqlClusterArgs } from "../../components/mysql/args";
import { mysqlProblems } from "../../components/mysql/problems";
import { loneReadsWarning } from "../../components/mysql/roleProblems";
import { describeProblem } from "../../components/problem";
import { assertRefused } from "./mysqlProblemsOf";

describe("the arguments of MysqlCluster", () => {
    it("may all be left out but the namespace", () => {
        assertRefused({});
    });

    it("may take their bounds", () => {
        for (const args of [
            { pods: 1, lagBoundSeconds: 5, terminationGracePeriodSeconds: 30, binlogExpiryDays: 1 },
            {
                pods: 15,
                lagBoundSeconds: 86400,
                terminationGracePeriodSeconds: 3600,
                binlogExpiryDays: 99,
            },
            { maxConnections: 10, readyTimeoutMinutes: 1, name: "a".repeat(40) },
            { maxConnections: 100000, readyTimeoutMinutes: 10080 },
            { primary: 0, pods: 1, readsFromPrimary: "whenAlone" },
            { primary: 14, pods: 15, failoverAfterSeconds: 2, controller: { pods: 1 } },
            { failoverAfterSeconds: 600, rebuildErrant: false, controller: { pods: 2 } },
            { timeZone: "-13:59" },
            { timeZone: "+14:00" },
            { collation: "utf8mb4_unicode_ci" },
            { collation: "utf8mb4_zh_0900_as_cs" },
            { initConnect: "SET NAMES utf8mb4" },
            {
                initConnect:
                    "set sql_mode = 'ANSI;PIPES', @a = \"it's\"; SET @@session.time_zone='+00:00';",
            },
            { timeZone: "+08:00", characterSet: "latin1", collation: "latin1_swedish_ci" },
            { image: "mysql:8.4.10" },
            { image: "registry.example.com/team/mysql@sha256:" + "a".repeat(64), version: "9.7" },
            { image: "mysql:lts", version: "9.7" },
            { image: "mysql:9.7.1", version: "9.7" },
            { resources: {} },
            { resources: { limits: { memory: "512Mi" } } },
            { databaseName: "Shop_2-$", userName: "shop.user" },
            { userName: "u".repeat(32), databaseName: "d".repeat(64) },
        ] satisfies Partial<MysqlClusterArgs>[]) {
            assertRefused(args);
        }
    });

    it("are refused with the name, the value and what to give instead", () => {
        const cases: [Partial<MysqlClusterArgs>, string][] = [
            [{ pods: 0 }, "pods = 0: give a whole number from 1 to 15"],
            [{ pods: 16 }, "pods = 16: give a whole number from 1 to 15"],
            [
                { primary: 3 },
                "primary = 3: give a whole number from 0 to 2, one of the Pods of pods 3, or unset it",
            ],
            [
                { primary: -1, pods: 2 },
                "primary = -1: give a whole number from 0 to 1, one of the Pods of pods 2, or unset it",
            ],
            [{ primary: 1, pods: 1 }, "primary = 1: give 0, the only Pod of pods 1, or unset it"],
            [
                { readsFromPrimary: "always" as "never" },
                'readsFromPrimary = "always": give one of never, whenAlone',
            ],
            [
                { failoverAfterSeconds: 1 },
                "failoverAfterSeconds = 1: give a whole number from 2 to 600",
            ],
            [
                { failoverAfterSeconds: 601 },
                "failoverAfterSeconds = 601: give a whole number from 2 to 600",
            ],
            [{ controller: { pods: 0 } }, "controller.pods = 0: give a whole number from 1 to 2"],
            [{ controller: { pods: 3 } }, "controller.pods = 3: give a whole number from 1 to 2"],
            [
                { controller: { image: "node" } },
                'controller.image = "node": give an image with an exact tag or digest, such as registry.example.com/mysql:9.7.1',
            ],
            [
                { controller: { resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } } },
                'controller.resources.requests.cpu = "2": lower it to the limit 1 or raise the limit',
            ],
            [{ pods: 2.5 }, "pods = 2.5: give a whole number from 1 to 15"],
            [
                { name: "My" },
                'name = "My": give 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit',
            ],
            [{ name: "a".repeat(41) }, `name = "${"a".repeat(41)}": give at most 40 characters`],
            [
                { storageSize: "10 GB" },
                'storageSize = "10 GB": give a Kubernetes quantity above 0, such as 10Gi',
            ],
            [
                { accessMode: "ReadOnlyMany" },
                'accessMode = "ReadOnlyMany": give one of ReadWriteOnce, ReadWriteOncePod, ReadWriteMany',
            ],
            [
                { storageClassName: "Fast!" },
                'storageClassName = "Fast!": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
            ],
            [
                { resources: { limits: { memory: "400Mi" } } },
                'resources.limits.memory = "400Mi": give resources at least 512Mi of memory: MySQL doesn\'t run in less',
            ],
            [
                { resources: { requests: { memory: "256Mi" } } },
                'resources.requests.memory = "256Mi": give resources at least 512Mi of memory: MySQL doesn\'t run in less',
            ],
            [
                { topologySpread: ["a b"] },
                'topologySpread[0] = "a b": give [prefix/]name, the name 1 to 63 of letters, digits, -, _ and .',
            ],
            [
                { existingSecretName: "A_b" },
                'existingSecretName = "A_b": give names of a-z, 0-9 and -, joined by dots, 253 characters at most',
            ],
            [{ lagBoundSeconds: 4 }, "lagBoundSeconds = 4: give a whole number from 5 to 86400"],
            [
                { terminationGracePeriodSeconds: 29 },
                "terminationGracePeriodSeconds = 29: give a whole number from 30 to 3600",
            ],
            [
                { readyTimeoutMinutes: 0 },
                "readyTimeoutMinutes = 0: give a whole number from 1 to 10080",
            ],
            [{ binlogExpiryDays: 0 }, "binlogExpiryDays = 0: give a whole number from 1 to 99"],
            [{ binlogExpiryDays: 100 }, "binlogExpiryDays = 100: give a whole number from 1 to 99"],
            [{ maxConnections: 9 }, "maxConnections = 9: give a whole number from 10 to 100000"],
            [
                { maxConnections: 100001 },
                "maxConnections = 100001: give a whole number from 10 to 100000",
            ],
            [
                { initConnect: "SET @a = 1;\n[client]" },
                'initConnect = "SET @a = 1;\\n[client]": give one line without control characters',
            ],
            ...[
                "INSERT INTO app.audit VALUES (CURRENT_USER())",
                "SET @a = 1; INSERT INTO app.audit VALUES (1)",
                "SET @a = 1 /*! ; DO SLEEP(1) */",
                "SET @a = (SELECT MAX(id) FROM app.t)",
                "SET GLOBAL max_connections = 1",
                "SET @@persist.max_connections = 1",
                "SET PASSWORD = 'x'",
                "SETTLE",
                "SET @a = 'open",
            ].map((initConnect): [Partial<MysqlClusterArgs>, string] => [
                { initConnect },
                `initConnect = ${JSON.stringify(initConnect)}: give SET statements of session variables alone: a statement that fails for an account ends its connection, the probes' too`,
            ]),
            [
                { databaseName: "sys" },
                'databaseName = "sys": give another name: MySQL has this database for itself',
            ],
            [
                { databaseName: "a b" },
                'databaseName = "a b": give 1 to 64 letters, digits, _, $ and -',
            ],
            [
                { userName: "root" },
                'userName = "root": give another name: this one belongs to MySQL or to this program',
            ],
            [
                { userName: "cluster_clone" },
                'userName = "cluster_clone": give another name: this one belongs to MySQL or to this program',
            ],
            [
                { userName: "o'hara" },
                'userName = "o\'hara": give 1 to 32 letters, digits, _, ., $ and -',
            ],
            [
                { characterSet: "utf9" },
                'characterSet = "utf9": give a character set of MySQL, such as utf8mb4',
            ],
            [
                { characterSet: "utf16" },
                'characterSet = "utf16": give utf8mb4: clients can\'t use this one',
            ],
            [
                { characterSet: "latin1" },
                "collation = (empty): give a collation of characterSet latin1, such as latin1_bin, latin1_danish_ci, latin1_general_ci",
            ],
            [
                { collation: "latin1_bin" },
                'collation = "latin1_bin": give a collation of characterSet utf8mb4, such as utf8mb4_0900_ai_ci, utf8mb4_0900_as_ci, utf8mb4_0900_as_cs',
            ],
            ...["8", "+8:00", "+14:01", "-14:00", "+08:60", "Asia/Shanghai", ""].map(
                (timeZone): [Partial<MysqlClusterArgs>, string] => [
                    { timeZone },
                    `timeZone = ${timeZone === "" ? "(empty)" : JSON.stringify(timeZone)}: give SYSTEM or an offset from -13:59 to +14:00, such as +08:00`,
                ],
            ),
            [{ image: "mysql:5.7.44" }, 'image = "mysql:5.7.44": give MySQL 8.4 or later'],
            [
                { image: "mysql:lts" },
                'version = (empty): give the series, such as 9.7, since the tag of image "mysql:lts" doesn\'t say it',
            ],
            [
                { image: "mysql:lts", version: "newest" },
                'version = "newest": give a series such as 9.7',
            ],
            [{ image: "mysql:lts", version: "8.0" }, 'version = "8.0": give 8.4 or a later series'],
            [
                { image: "mysql:9.7.1", version: "8.4" },
                'version = "8.4": leave it out or bring it in line with image "mysql:9.7.1"',
            ],
        ];
        for (const [args, line] of cases) {
            assertRefused(args, line);
        }
    });

    it("are all reported at once, by the names that the caller has for them", () => {
        const nameOf = (field: string) => `mysql:${field}`;
        assert.deepEqual(
            mysqlProblems({
                namespace: "db",
                pods: 99,
                mysqldSettings: { max_connections: 5 },
                nameOf,
            }).map((each) => describeProblem(each, nameOf)),
            [
                "mysql:pods = 99: give a whole number from 1 to 15",
                "mysql:mysqldSettings.max_connections = 5: leave it out and set mysql:maxConnections instead",
            ],
        );
    });
});

describe("a read endpoint that reaches no Pod", () => {
    const warning = (pods: number, readsFromPrimary: "never" | "whenAlone") =>
        loneReadsWarning({ name: "shop", pods, readsFromPrimary }, (field) => `mysql-nfs:${field}`);

    it("is told of, and is none where reads may go to the primary or there are replicas", () => {
        assert.equal(
            warning(1, "never"),
            "mysql-nfs:pods is 1 and mysql-nfs:readsFromPrimary never, so shop-read reaches no Pod: " +
                "set mysql-nfs:readsFromPrimary to whenAlone where it may reach the primary",
        );
        assert.equal(warning(1, "whenAlone"), undefined);
        assert.equal(warning(2, "never"), undefined);
    });
});
