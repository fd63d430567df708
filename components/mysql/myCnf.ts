import type { Resources } from "../checks";
import type { MysqldSetting } from "./args";
import { memorySettings, podMemory } from "./memory";
import { optionValue, settingName } from "./mysqldSettings";
import { paths, port } from "./paths";

/** What decides about my.cnf, with every default filled in and every value judged. */
export interface ServerSettings {
    resources: Resources;
    characterSet: string;
    collation: string;
    timeZone: string;
    binlogExpiryDays: number;
    maxConnections: number;
    initConnect?: string;
    mysqldSettings: Readonly<Record<string, MysqldSetting>>;
}

/** Left to the cluster itself: 14 replicas, a copy and the controller. */
const ownConnections = 20;

type Section = [comment: string, settings: Record<string, MysqldSetting>];

/** The same my.cnf for every Pod of a cluster; what differs between Pods is in the file it includes. */
export function renderMyCnf(settings: ServerSettings): string {
    const own = new Set(Object.keys(settings.mysqldSettings).map(settingName));
    const sections: Section[] = [
        ...sectionsOf(settings).map(([comment, defaults]): Section => [
            comment,
            Object.fromEntries(
                Object.entries(defaults).filter(([name]) => !own.has(settingName(name))),
            ),
        ]),
        ["Settings of this stack (mysqldSettings).", settings.mysqldSettings],
    ];
    return [
        "# Made by the program from the stack's settings: change those, not this.",
        "[mysqld]",
        ...sections.filter(([, values]) => Object.keys(values).length > 0).flatMap(renderSection),
        "",
        "# server_id and report_host of this Pod, and that it starts read-only.",
        `!include ${paths.run}/server.cnf`,
        "",
    ].join("\n");
}

function renderSection([comment, values]: Section): string[] {
    const lines = Object.entries(values).map(([name, value]) => `${name} = ${optionValue(value)}`);
    return ["", `# ${comment}`, ...lines];
}

function sectionsOf(settings: ServerSettings): Section[] {
    return [
        [
            "Places. The volume holds the data, memory the socket.",
            {
                datadir: `${paths.volume}/data`,
                socket: `${paths.run}/mysqld.sock`,
                pid_file: `${paths.run}/mysqld.pid`,
                tmpdir: paths.temporary,
                // Reading and writing files by SQL needs a directory that the Pod doesn't have.
                secure_file_priv: "NULL",
                init_file: `${paths.run}/boot.sql`,
            },
        ],
        [
            "Network. Names of clients aren't looked up: accounts don't depend on DNS.",
            { port, skip_name_resolve: true, loose_mysqlx: false, local_infile: false },
        ],
        [
            "Settings stand in this file and nowhere else: SET PERSIST doesn't outlive a restart.",
            { persisted_globals_load: false },
        ],
        [
            "Identity and history. File names are relative, since the data directory is made under another name.",
            {
                log_bin: "binlog",
                relay_log: "relay",
                gtid_mode: true,
                enforce_gtid_consistency: true,
                log_replica_updates: true,
                // A Pod whose data was copied anew has the server_id of before: what that server has written, and the copy
                // lacks, would be skipped for ever. GTIDs keep transactions from going in circles.
                replicate_same_server_id: true,
                binlog_expire_logs_seconds: settings.binlogExpiryDays * 24 * 60 * 60,
            },
        ],
        [
            "No transaction that was confirmed is lost when a server or its node dies.",
            // A replica acknowledges what is in its relay log, so that has to be on the disk too.
            { innodb_flush_log_at_trx_commit: 1, sync_binlog: 1, sync_relay_log: 1 },
        ],
        [
            "Replicas begin to replicate by what init_file says. What they have acknowledged may be in their relay logs alone, so none is thrown away.",
            { skip_replica_start: true, relay_log_recovery: false, replica_net_timeout: 6 },
        ],
        [
            "Semi-synchronous replication that never falls back; the controller switches it on. (loose_: mysqld makes a data directory without plugins.)",
            {
                loose_rpl_semi_sync_source_enabled: false,
                loose_rpl_semi_sync_replica_enabled: false,
                loose_rpl_semi_sync_source_wait_point: "AFTER_SYNC",
                loose_rpl_semi_sync_source_wait_no_replica: true,
                // As long as it can be, in milliseconds: 49 days.
                loose_rpl_semi_sync_source_timeout: 4_294_967_295,
            },
        ],
        [
            "Only InnoDB: new Pods would get the tables of other engines empty.",
            {
                default_storage_engine: "InnoDB",
                disabled_storage_engines: "MyISAM,ARCHIVE,BLACKHOLE,FEDERATED",
            },
        ],
        [
            "No warning at each start for the accounts that exist, nor for the directory of the pid file.",
            { log_error_suppression_list: "MY-010235,MY-011810" },
        ],
        [
            "Copies for new Pods, logins by the Unix socket for the probes, and semi-synchronous replication.",
            {
                plugin_load_add:
                    "mysql_clone.so;auth_socket.so;semisync_source.so;semisync_replica.so",
                // Minutes. A donor whose recipient is gone is free for another one after that.
                loose_clone_donor_timeout_after_network_failure: 1,
            },
        ],
        [
            "Text and time.",
            {
                character_set_server: settings.characterSet,
                collation_server: settings.collation,
                default_time_zone: settings.timeZone,
            },
        ],
        [
            "Clients.",
            {
                // More than any account may take: replicas have to get in, or commits wait for them, and the controller.
                max_connections: settings.maxConnections + ownConnections,
                max_user_connections: settings.maxConnections,
                ...(settings.initConnect ? { init_connect: settings.initConnect } : {}),
            },
        ],
        [
            "Memory and processors, by what the Pod may use.",
            {
                ...memorySettings(podMemory(settings.resources)),
                // Containers may not choose between the memories of a node. (container_aware isn't set: with it, 9.7 refuses
                // to start wherever it doesn't recognise the container.)
                loose_innodb_numa_interleave: false,
            },
        ],
    ];
}
