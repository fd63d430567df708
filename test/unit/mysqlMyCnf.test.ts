import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mysqlDefaults } from "../../components/mysql/args";
import { bufferPool, memorySettings, podMemory } from "../../components/mysql/memory";
import { renderMyCnf } from "../../components/mysql/myCnf";

const gibibyte = 2 ** 30;
const settings = { ...mysqlDefaults, mysqldSettings: {} };

/** Name -> value of the lines that set something; a name that is given twice fails. */
function values(myCnf: string): Record<string, string> {
    const found: Record<string, string> = {};
    for (const line of myCnf.split("\n").filter((each) => /^[a-z]/.test(each))) {
        const [name = "", value = ""] = line.split(/ = (.*)/);
        assert.ok(!(name in found), `${name} is given twice`);
        found[name] = value;
    }
    return found;
}

describe("my.cnf", () => {
    it("is, by default, exactly this", () => {
        assert.equal(renderMyCnf(settings), readFileSync(join(__dirname, "golden/my.cnf"), "utf8"));
    });

    it("has the stack's settings at their places", () => {
        const found = values(
            renderMyCnf({
                ...settings,
                characterSet: "latin1",
                collation: "latin1_bin",
                timeZone: "+08:00",
                binlogExpiryDays: 1,
                maxConnections: 500,
                initConnect: "SET @a = 'x'",
            }),
        );
        assert.deepEqual(
            [
                found.character_set_server,
                found.collation_server,
                found.default_time_zone,
                found.binlog_expire_logs_seconds,
                found.max_connections,
                found.max_user_connections,
                found.init_connect,
            ],
            ["latin1", "latin1_bin", "+08:00", "86400", "520", "500", `"SET @a = 'x'"`],
        );
    });

    it("lets a setting of the stack take the place of a default, however it is spelled", () => {
        const found = values(
            renderMyCnf({
                ...settings,
                mysqldSettings: { "innodb-buffer-pool-size": "64M", loose_local_infile: true },
            }),
        );
        assert.equal(found["innodb-buffer-pool-size"], "64M");
        assert.equal(found.loose_local_infile, "ON");
        assert.ok(!("innodb_buffer_pool_size" in found) && !("local_infile" in found));
    });

    it("writes values so that mysqld reads what was meant", () => {
        const lines = renderMyCnf({
            ...settings,
            mysqldSettings: {
                slow_query_log: true,
                event_scheduler: false,
                long_query_time: 0.5,
                sql_mode: "",
                ft_stopword_file: "a # b",
                optimizer_switch: 'x="1",y=\\n',
                loose_x: " padded ",
            },
        }).split("\n");
        for (const line of [
            "slow_query_log = ON",
            "event_scheduler = OFF",
            "long_query_time = 0.5",
            'sql_mode = ""',
            'ft_stopword_file = "a # b"',
            'optimizer_switch = "x=\\"1\\",y=\\\\n"',
            'loose_x = " padded "',
        ]) {
            assert.ok(lines.includes(line), line);
        }
    });

    it("includes the file of the Pod last, so that identity and the read-only start win", () => {
        const lines = renderMyCnf({ ...settings, mysqldSettings: { wait_timeout: 60 } })
            .trimEnd()
            .split("\n");
        assert.equal(lines.at(-1), "!include /run/mysqld/server.cnf");
    });
});

describe("the memory of a server", () => {
    it("is the limit of its Pod, else the request, else unknown", () => {
        assert.equal(
            podMemory({ requests: { memory: "1Gi" }, limits: { memory: "2Gi" } }),
            2 * gibibyte,
        );
        assert.equal(podMemory({ requests: { memory: "1Gi" } }), gibibyte);
        assert.equal(podMemory({}), undefined);
    });

    it("goes to the buffer pool in units that the server doesn't round up", () => {
        const pools = [0.5, 0.75, 1, 2, 4, 16, 64].map((size) => {
            const { size: pool, instances } = bufferPool(size * gibibyte);
            return [size, pool / 2 ** 20, instances];
        });
        assert.deepEqual(pools, [
            [0.5, 96, 1],
            [0.75, 256, 1],
            [1, 384, 1],
            [2, 1152, 1],
            [4, 2560, 2],
            [16, 11264, 8],
            [64, 48128, 8],
        ]);
    });

    it("is spared below 2 GiB, where the server's own defaults would take most of it", () => {
        assert.equal(memorySettings(gibibyte).performance_schema_digests_size, 1000);
        assert.deepEqual(memorySettings(2 * gibibyte), {
            innodb_buffer_pool_size: "1152M",
            innodb_buffer_pool_instances: 1,
            temptable_max_ram: "128M",
        });
        assert.equal(memorySettings(64 * gibibyte).temptable_max_ram, "1024M");
    });
});
