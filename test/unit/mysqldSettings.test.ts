import { assertRefused } from "./mysqlProblemsOf";

describe("mysqldSettings", () => {
    const refused = (
        key: string,
        value: string | number | boolean,
        message: string,
        image?: string,
    ) =>
        assertRefused(
            { mysqldSettings: { [key]: value }, ...(image ? { image } : {}) },
            `mysqldSettings.${key} = ${value === "" ? "(empty)" : JSON.stringify(value)}: ${message}`,
        );

    it("may be what the server knows, in any of its spellings", () => {
        assertRefused({
            mysqldSettings: {
                innodb_buffer_pool_size: "64M",
                "slow-query-log": true,
                loose_long_query_time: 2,
                skip_external_locking: true,
                clone_max_data_bandwidth: 50,
                "loose_validate_password.policy": "LOW",
                loose_rewriter_enabled: true,
            },
        });
    });

    it("that the component decides are refused with the reason, however they are spelled", () => {
        const gtid =
            "leave it out: replication and the copying of data to new Pods are built on GTIDs";
        refused("gtid_mode", false, gtid);
        refused("gtid-mode", false, gtid);
        refused("loose_gtid_mode", false, gtid);
        refused("loose-loose-gtid-mode", false, gtid);
        const binlog =
            "leave it out: every server keeps its binary log the same way, so that each can take the primary's place";
        refused("skip_log_bin", true, binlog);
        refused("disable-log-bin", true, binlog);
        refused("server_id", 1, "leave it out: it is what tells the servers of a cluster apart");
        refused(
            "report_host",
            "x",
            "leave it out: it is what tells the servers of a cluster apart",
        );
        refused(
            "super_read_only",
            false,
            "leave it out: who writes and who only reads is the controller's decision",
        );
        refused(
            "plugin_load_add",
            "x.so",
            "leave it out: plugins are loaded for all servers alike, from the image",
        );
        refused(
            "init_replica",
            "x",
            "leave it out: who replicates from whom is the controller's decision",
        );
        refused(
            "skip-replica-start",
            false,
            "leave it out: who replicates from whom is the controller's decision",
        );
        for (const key of [
            "rpl_semi_sync_source_enabled",
            "loose_rpl_semi_sync_replica_enabled",
            "rpl_semi_sync_source_timeout",
            "rpl_semi_sync_source_wait_for_replica_count",
        ]) {
            refused(key, 1, "leave it out: who acknowledges commits is the controller's decision");
        }
        refused(
            "relay_log_recovery",
            true,
            "leave it out: what a replica has acknowledged may be in its relay log alone",
        );
        for (const key of [
            "sync_binlog",
            "binlog_error_action",
            "innodb_flush_log_at_trx_commit",
            "skip_innodb_doublewrite",
        ]) {
            const lost = "a confirmed commit could be lost, or be on some servers only";
            refused(key, 0, `leave it out: ${lost}`);
        }
        for (const key of ["replica_exec_mode", "slave_exec_mode"]) {
            const reason = "it would let replicas differ from the primary";
            refused(key, "IDEMPOTENT", `leave it out: ${reason}`);
        }
        refused("ssl_key", "x", "leave it out: each server makes its own certificates");
        refused(
            "init_file",
            "x",
            "leave it out: it holds the accounts and the set-up of replication",
        );
        refused("datadir", "/x", "leave it out: files are where the Pod has room for them");
        refused("socket", "/x", "leave it out: Services, probes and peers count on it");
        refused("skip_grant_tables", true, "leave it out: it would let anyone in");
        refused("mysqlx_port", 1, "leave it out: the Pods offer no X protocol");
    });

    it("that have an argument of their own are refused with its name", () => {
        refused("time_zone", "+08:00", "leave it out and set timeZone instead");
        refused("default-time-zone", "+08:00", "leave it out and set timeZone instead");
        refused("collation_server", "x", "leave it out and set collation instead");
        refused("max_user_connections", 5, "leave it out and set maxConnections instead");
        refused("init_connect", "x", "leave it out and set initConnect instead");
    });

    it("that the server doesn't know are refused with a guess", () => {
        refused(
            "inodb_buffer_pool_size",
            "64M",
            "did you mean innodb_buffer_pool_size? mysqld doesn't know this name",
        );
        refused("make_it_faster_now", true, "mysqld doesn't know this name");
        const plugins =
            "mysqld doesn't know this name; if a component or plugin has it, write loose_";
        refused("validate_password.length", 12, `${plugins}validate_password.length`);
        refused("rewriter_verbose", 1, `${plugins}rewriter_verbose`);
    });

    it("that would keep data from replicas, or show passwords, are refused in every spelling", () => {
        for (const key of [
            "binlog_do_db",
            "loose_binlog_ignore_db",
            "replicate_do_db",
            "replicate-wild-ignore-table",
            "loose_replicate_rewrite_db",
        ]) {
            refused(key, "app", "leave it out: it would keep data from the replicas");
        }
        refused("log_raw", true, "leave it out: it would write passwords to the log");
        const startup = "leave it out: it makes mysqld do something else than serve";
        refused("bootstrap", true, startup);
        refused("safe_user_create", true, startup);
        refused("loose_ndb_log_bin", true, "leave it out: the image has no NDB");
    });

    it("that mysqld would take for another's abbreviation are refused, loose_ or not", () => {
        refused("loose_server_i", 7, "write the name out: mysqld would take it for server_id");
        refused("max_conn", 7, "write the name out: mysqld would take it for max_connect_errors");
    });

    it("that another series knows are refused with the series", () => {
        refused(
            "server_memory",
            1,
            "leave it out: MySQL has it from 9.4 on, the image is 8.4",
            "mysql:8.4.10",
        );
        refused(
            "mysql_native_password",
            true,
            "leave it out: MySQL has dropped it in 9.0, the image is 9.7",
        );
        assertRefused({ image: "mysql:8.4.10", mysqldSettings: { mysql_native_password: true } });
    });

    it("that would break out of their line are refused", () => {
        refused("sql_mode", "x\n[client]\nuser=x", "give one line without control characters");
        refused("sql_mode", "x\u0000", "give one line without control characters");
        refused("sql_mode", "x".repeat(4000), "give at most 4000 bytes");
        const name = "give the name as my.cnf has it: small letters, digits, _, - and .";
        refused("a]\n[b", 1, name);
        refused("sql mode", 1, name);
        refused("SQL_MODE", 1, name);
        refused("!include", "/x", name);
    });

    it("given twice in different spellings are refused", () => {
        assertRefused(
            { mysqldSettings: { sort_buffer_size: 1, "sort-buffer-size": 2 } },
            "mysqldSettings.sort-buffer-size = 2: leave one out: sort_buffer_size is the same setting",
        );
    });
});
