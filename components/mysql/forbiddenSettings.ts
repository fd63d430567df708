const identity = "it is what tells the servers of a cluster apart";
const gtid = "replication and the copying of data to new Pods are built on GTIDs";
const binlog =
    "every server keeps its binary log the same way, so that each can take the primary's place";
const role = "who writes and who only reads is the controller's decision";
const plugin = "plugins are loaded for all servers alike, from the image";
const place = "files are where the Pod has room for them";
const network = "Services, probes and peers count on it";
const tls = "each server makes its own certificates";
const replication = "who replicates from whom is the controller's decision";
const differ = "it would let replicas differ from the primary";
const semiSync = "who acknowledges commits is the controller's decision";
const relayLog = "what a replica has acknowledged may be in its relay log alone";
const durable = "a confirmed commit could be lost, or be on some servers only";
const access = "it would let anyone in";
const incomplete = "it would keep data from the replicas";
const ndb = "the image has no NDB";
const startup = "it makes mysqld do something else than serve";
const persist = "settings stand in this program and nowhere else";

/** Settings that this component decides, with the reason; by name, or by the beginning of a name with a * after it. */
const reasons: Readonly<Record<string, string>> = {
    server_id: identity,
    server_id_bits: identity,
    "report_*": identity,
    gtid_mode: gtid,
    enforce_gtid_consistency: gtid,
    binlog_gtid_simple_recovery: gtid,
    replicate_same_server_id: gtid,
    "replicate_*": incomplete,
    binlog_do_db: incomplete,
    binlog_ignore_db: incomplete,
    log_bin: binlog,
    log_bin_index: binlog,
    log_replica_updates: binlog,
    log_slave_updates: binlog,
    binlog_format: binlog,
    sporadic_binlog_dump_fail: binlog,
    sync_binlog: durable,
    binlog_error_action: durable,
    innodb_flush_log_at_trx_commit: durable,
    innodb_doublewrite: durable,
    read_only: role,
    super_read_only: role,
    offline_mode: role,
    innodb_read_only: role,
    transaction_read_only: role,
    plugin_load: plugin,
    plugin_load_add: plugin,
    plugin_dir: plugin,
    early_plugin_load: plugin,
    "rpl_semi_sync_*": semiSync,
    "group_replication*": plugin,
    auth_socket: plugin,
    clone: plugin,
    "clone_ssl_*": tls,
    clone_valid_donor_list: replication,
    "ssl_*": tls,
    "admin_ssl_*": tls,
    auto_generate_certs: tls,
    relay_log: relayLog,
    relay_log_index: relayLog,
    relay_log_purge: relayLog,
    relay_log_recovery: relayLog,
    skip_replica_start: replication,
    skip_slave_start: replication,
    replica_skip_errors: differ,
    slave_skip_errors: differ,
    replica_exec_mode: differ,
    slave_exec_mode: differ,
    // The controller notes there what it has told the server.
    init_replica: replication,
    init_slave: replication,
    init_rpl_role: replication,
    master_retry_count: replication,
    show_replica_auth_info: "it would show the password of replication",
    show_slave_auth_info: "it would show the password of replication",
    init_file: "it holds the accounts and the set-up of replication",
    datadir: place,
    basedir: place,
    chroot: place,
    tmpdir: place,
    replica_load_tmpdir: place,
    slave_load_tmpdir: place,
    pid_file: place,
    core_file: place,
    log_raw: "it would write passwords to the log",
    log_error: "the log goes to kubectl logs",
    secure_file_priv: place,
    lc_messages_dir: place,
    character_sets_dir: place,
    innodb_data_home_dir: place,
    innodb_data_file_path: place,
    innodb_temp_data_file_path: place,
    innodb_directories: place,
    innodb_doublewrite_dir: place,
    innodb_log_group_home_dir: place,
    innodb_redo_log_archive_dirs: place,
    innodb_temp_tablespaces_dir: place,
    innodb_tmpdir: place,
    innodb_undo_directory: place,
    innodb_buffer_pool_filename: place,
    socket: network,
    port: network,
    bind_address: network,
    "admin_*": network,
    create_admin_listener_thread: network,
    skip_networking: network,
    skip_name_resolve: network,
    "mysqlx*": "the Pods offer no X protocol",
    disabled_storage_engines: "new Pods would get the tables of other engines than InnoDB empty",
    performance_schema: "the probes read the state of replication from it",
    partial_revokes: "the application's rights are given by a pattern that it would take literally",
    skip_grant_tables: access,
    allow_suspicious_udfs: access,
    caching_sha2_password_private_key_path: tls,
    caching_sha2_password_public_key_path: tls,
    persisted_globals_load: persist,
    persist_only_admin_x509_subject: persist,
    safe_user_create: startup,
    bootstrap: startup,
    "initialize*": startup,
    exit_info: startup,
    "version*": startup,
    ansi: "set sql_mode and transaction_isolation, which it stands for",
    "ndb_*": ndb,
    "ndbinfo*": ndb,
    ndbcluster: ndb,
    help: startup,
    verbose: startup,
    validate_config: startup,
    daemonize: startup,
    console: startup,
    gdb: startup,
    user: startup,
    upgrade: startup,
    tc_heuristic_recover: "a server that needs it is mended by hand",
    innodb_force_recovery: "a server that needs it is mended by hand",
    "keyring_migration_*": startup,
};

/** Settings that have an argument of their own. */
const argumentOf: Readonly<Record<string, string>> = {
    character_set_server: "characterSet",
    collation_server: "collation",
    default_time_zone: "timeZone",
    time_zone: "timeZone",
    binlog_expire_logs_seconds: "binlogExpiryDays",
    binlog_expire_logs_auto_purge: "binlogExpiryDays",
    expire_logs_days: "binlogExpiryDays",
    max_connections: "maxConnections",
    max_user_connections: "maxConnections",
    init_connect: "initConnect",
};

/** What to say about a name that may not be set; undefined when it may. */
export function whyForbidden(
    name: string,
    nameOf: (argument: string) => string,
): string | undefined {
    const argument = argumentOf[name];
    if (argument !== undefined) {
        return `leave it out and set ${nameOf(argument)} instead`;
    }
    const pattern = Object.keys(reasons).find((each) =>
        each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each,
    );
    const reason = pattern === undefined ? undefined : reasons[pattern];
    return reason === undefined ? undefined : `leave it out: ${reason}`;
}

/** Every name in the lists above, to find abbreviations of them. */
export const forbiddenNames: readonly string[] = [
    ...Object.keys(argumentOf),
    ...Object.keys(reasons).map((name) => name.replace("*", "")),
];
