import * as assert from "node:assert/strict";
import { World } from "./prepareWorld";

async function bootSql(
    pod: string,
    passwords: { root?: string; app?: string } = {},
): Promise<string> {
    const world = new World(pod);
    try {
        world.putData();
        world.write("credentials/root-password", passwords.root ?? "R");
        world.write("credentials/password", passwords.app ?? "A");
        world.write("internal/replication-password", "P");
        world.write("internal/clone-password", "C");
        const { code, lines } = await world.start();
        assert.equal(code, 0, lines.join("\n"));
        return world.read("run/boot.sql");
    } finally {
        world.remove();
    }
}

const rules =
    "PASSWORD EXPIRE NEVER PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY PASSWORD REQUIRE CURRENT OPTIONAL";
const clusterAccounts = [
    "SET SESSION sql_log_bin = 0, sql_mode = '';",
    "CREATE USER IF NOT EXISTS 'cluster_monitor'@'localhost' IDENTIFIED WITH auth_socket AS 'mysql';",
    "GRANT SELECT ON performance_schema.replication_connection_status TO 'cluster_monitor'@'localhost';",
    "GRANT SELECT ON performance_schema.replication_applier_status TO 'cluster_monitor'@'localhost';",
    "GRANT SELECT ON performance_schema.replication_applier_status_by_coordinator TO 'cluster_monitor'@'localhost';",
    "GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO 'cluster_monitor'@'localhost';",
    `CREATE USER IF NOT EXISTS 'cluster_replication'@'%' ${rules};`,
    `ALTER USER 'cluster_replication'@'%' IDENTIFIED WITH caching_sha2_password BY 'P' REQUIRE SSL ${rules};`,
    "GRANT REPLICATION SLAVE ON *.* TO 'cluster_replication'@'%';",
    `CREATE USER IF NOT EXISTS 'cluster_clone'@'%' ${rules};`,
    `ALTER USER 'cluster_clone'@'%' IDENTIFIED WITH caching_sha2_password BY 'C' REQUIRE SSL ${rules};`,
    "GRANT BACKUP_ADMIN ON *.* TO 'cluster_clone'@'%';",
    "GRANT SELECT ON performance_schema.replication_connection_status TO 'cluster_clone'@'%';",
];
const userAccounts = [
    `CREATE USER IF NOT EXISTS 'root'@'localhost' ${rules};`,
    `ALTER USER 'root'@'localhost' IDENTIFIED WITH caching_sha2_password BY 'R' REQUIRE NONE ${rules};`,
    `CREATE USER IF NOT EXISTS 'app'@'%' ${rules};`,
    `ALTER USER 'app'@'%' IDENTIFIED WITH caching_sha2_password BY 'A' REQUIRE NONE ${rules};`,
    "GRANT ALL PRIVILEGES ON `my\\_app`.* TO 'app'@'%';",
];

describe("boot.sql, which a server runs before it admits clients", function () {
    this.timeout(10000);

    it("sets the accounts, unreplicated, and makes the primary writable at its end", async () => {
        assert.deepEqual((await bootSql("mysql-0")).trimEnd().split("\n"), [
            ...clusterAccounts,
            ...userAccounts,
            "RESET REPLICA ALL;",
            "SET SESSION sql_log_bin = 1;",
            "CREATE DATABASE IF NOT EXISTS `my_app`;",
            "SET GLOBAL read_only = OFF;",
        ]);
    });

    it("makes a replica by its last statement, and keeps the password of replication out of the data", async () => {
        assert.deepEqual((await bootSql("mysql-1")).trimEnd().split("\n"), [
            ...clusterAccounts,
            ...userAccounts,
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'mysql-0.mysql.db.svc.cluster.local.', SOURCE_PORT = 3306, " +
                "SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1, SOURCE_CONNECT_RETRY = 2, SOURCE_RETRY_COUNT = 0, " +
                "SOURCE_HEARTBEAT_PERIOD = 2;",
            "START REPLICA USER = 'cluster_replication' PASSWORD = 'P';",
        ]);
    });

    it("takes a password byte by byte, whatever it is made of", async () => {
        for (const [password, literal] of [
            [`it's "quoted"`, `'it\\'s "quoted"'`],
            ["back\\slash\\", "'back\\\\slash\\\\'"],
            ["ends with newlines\n\n", "'ends with newlines\\n\\n'"],
            ["\r\n; DROP TABLE x; -- ", "'\\r\\n; DROP TABLE x; -- '"],
            ["$(id) `id` ${HOME} %s & * ?", "'$(id) `id` ${HOME} %s & * ?'"],
            ["pässwörd 😀", "'pässwörd 😀'"],
            [" -n ", "' -n '"],
        ] as const) {
            const sql = await bootSql("mysql-0", { root: password, app: password });
            for (const account of ["'root'@'localhost'", "'app'@'%'"]) {
                assert.ok(
                    sql.includes(
                        `ALTER USER ${account} IDENTIFIED WITH caching_sha2_password BY ${literal} REQUIRE`,
                    ),
                    sql,
                );
            }
        }
    });
});
