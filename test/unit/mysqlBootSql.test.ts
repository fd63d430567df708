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
        world.write("internal/controller-password", "K");
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
    `ALTER USER 'cluster_replication'@'%' IDENTIFIED WITH caching_sha2_password BY 'P' REQUIRE SSL WITH MAX_USER_CONNECTIONS 50 ${rules};`,
    "GRANT REPLICATION SLAVE ON *.* TO 'cluster_replication'@'%';",
    `CREATE USER IF NOT EXISTS 'cluster_clone'@'%' ${rules};`,
    `ALTER USER 'cluster_clone'@'%' IDENTIFIED WITH caching_sha2_password BY 'C' REQUIRE SSL WITH MAX_USER_CONNECTIONS 50 ${rules};`,
    "GRANT BACKUP_ADMIN ON *.* TO 'cluster_clone'@'%';",
    `CREATE USER IF NOT EXISTS 'cluster_controller'@'%' ${rules};`,
    `ALTER USER 'cluster_controller'@'%' IDENTIFIED WITH caching_sha2_password BY 'K' REQUIRE SSL WITH MAX_USER_CONNECTIONS 50 ${rules};`,
    "GRANT SYSTEM_VARIABLES_ADMIN, REPLICATION_SLAVE_ADMIN, CONNECTION_ADMIN, SYSTEM_USER ON *.* TO 'cluster_controller'@'%';",
    "GRANT PROCESS, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'cluster_controller'@'%';",
    "GRANT SELECT ON performance_schema.* TO 'cluster_controller'@'%';",
    "GRANT CREATE ON `my\\_app`.* TO 'cluster_controller'@'%';",
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

    it("is the same on every Pod: accounts, unreplicated, and then it goes on to replicate if it did", async () => {
        for (const pod of ["mysql-0", "mysql-1"]) {
            assert.deepEqual((await bootSql(pod)).trimEnd().split("\n"), [
                ...clusterAccounts,
                ...userAccounts,
                // Where there is no source this fails, so nothing may stand after it.
                "START REPLICA USER = 'cluster_replication' PASSWORD = 'P';",
            ]);
        }
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
