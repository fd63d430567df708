/**
 * What mysqld 9.7 understands in an option file: the names that `mysqld --no-defaults --verbose --help` of 9.7.4 lists
 * under "Variables", dashes turned into underscores, with the variables of the clone plugin and without the options of
 * NDB Cluster, which the official image doesn't have.
 */
export const serverVariables: ReadonlySet<string> = new Set(
    `
    activate_all_roles_on_login activate_mandatory_roles admin_address admin_port admin_ssl_ca
    admin_ssl_capath admin_ssl_cert admin_ssl_cipher admin_ssl_crl admin_ssl_crlpath
    admin_ssl_key admin_tls_ciphersuites admin_tls_version allow_suspicious_udfs archive
    authentication_policy auto_generate_certs auto_increment_increment auto_increment_offset
    autocommit automatic_sp_privileges back_log basedir big_tables bind_address
    binlog_cache_size binlog_checksum binlog_direct_non_transactional_updates binlog_encryption
    binlog_error_action binlog_expire_logs_auto_purge binlog_expire_logs_seconds binlog_format
    binlog_group_commit_sync_delay binlog_group_commit_sync_no_delay_count
    binlog_gtid_simple_recovery binlog_max_flush_queue_time binlog_order_commits
    binlog_rotate_encryption_master_key_at_startup binlog_row_event_max_size binlog_row_image
    binlog_row_metadata binlog_row_value_options binlog_rows_query_log_events
    binlog_stmt_cache_size binlog_transaction_compression
    binlog_transaction_compression_level_zstd binlog_transaction_dependency_history_size
    blackhole block_encryption_mode bulk_insert_buffer_size
    caching_sha2_password_auto_generate_rsa_keys caching_sha2_password_digest_rounds
    caching_sha2_password_enforce_storage_format caching_sha2_password_private_key_path
    caching_sha2_password_proxy_users caching_sha2_password_public_key_path
    caching_sha2_password_storage_format character_set_filesystem character_set_server
    character_sets_dir check_proxy_users check_table_functions chroot
    clone_autotune_concurrency clone_block_ddl clone_buffer_size clone_ddl_timeout
    clone_delay_after_data_drop clone_donor_timeout_after_network_failure
    clone_enable_compression clone_max_concurrency clone_max_data_bandwidth
    clone_max_network_bandwidth clone_ssl_ca clone_ssl_cert clone_ssl_key
    clone_valid_donor_list collation_server completion_type concurrent_insert connect_timeout
    connection_memory_chunk_size connection_memory_limit connection_memory_status_limit console
    container_aware create_admin_listener_thread cte_max_recursion_depth daemonize datadir
    default_password_lifetime default_storage_engine default_table_encryption default_time_zone
    default_tmp_storage_engine default_week_format delay_key_write delayed_insert_limit
    delayed_insert_timeout delayed_queue_size disabled_storage_engines
    disconnect_on_expired_password div_precision_increment enable_cascade_triggers
    enable_secondary_engine_statistics end_markers_in_json enforce_gtid_consistency
    eq_range_index_dive_limit event_scheduler explain_format explain_json_format_version
    explicit_defaults_for_timestamp external_locking external_table_secondary_storage_engine
    external_table_storage_engine federated flush flush_time ft_boolean_syntax ft_max_word_len
    ft_min_word_len ft_query_expansion_limit ft_stopword_file gdb general_log general_log_file
    generated_random_password_length global_connection_memory_limit
    global_connection_memory_status_limit global_connection_memory_tracking
    group_concat_max_len group_replication_consistency gtid_executed_compression_period
    gtid_mode help histogram_generation_max_mem_size host_cache_size
    information_schema_stats_expiry init_connect init_file init_replica init_slave initialize
    initialize_insecure innodb_adaptive_flushing innodb_adaptive_flushing_lwm
    innodb_adaptive_hash_index innodb_adaptive_hash_index_parts innodb_adaptive_max_sleep_delay
    innodb_api_bk_commit_interval innodb_api_disable_rowlock innodb_api_enable_binlog
    innodb_api_enable_mdl innodb_api_trx_level innodb_autoextend_increment
    innodb_autoinc_lock_mode innodb_buffer_pool_chunk_size innodb_buffer_pool_dump_at_shutdown
    innodb_buffer_pool_dump_now innodb_buffer_pool_dump_pct innodb_buffer_pool_filename
    innodb_buffer_pool_in_core_file innodb_buffer_pool_instances innodb_buffer_pool_load_abort
    innodb_buffer_pool_load_at_startup innodb_buffer_pool_load_now innodb_buffer_pool_size
    innodb_change_buffer_max_size innodb_change_buffering innodb_checksum_algorithm
    innodb_cmp_per_index_enabled innodb_commit_concurrency
    innodb_compression_failure_threshold_pct innodb_compression_level
    innodb_compression_pad_pct_max innodb_concurrency_tickets innodb_data_file_path
    innodb_data_home_dir innodb_ddl_buffer_size innodb_ddl_threads innodb_deadlock_detect
    innodb_dedicated_server innodb_default_row_format innodb_directories
    innodb_disable_sort_file_cache innodb_doublewrite innodb_doublewrite_batch_size
    innodb_doublewrite_dir innodb_doublewrite_files innodb_doublewrite_pages
    innodb_extend_and_initialize innodb_fast_shutdown innodb_file_per_table innodb_fill_factor
    innodb_flush_log_at_timeout innodb_flush_log_at_trx_commit innodb_flush_method
    innodb_flush_neighbors innodb_flush_sync innodb_flushing_avg_loops
    innodb_force_load_corrupted innodb_force_recovery innodb_fsync_threshold
    innodb_ft_aux_table innodb_ft_cache_size innodb_ft_enable_diag_print
    innodb_ft_enable_stopword innodb_ft_max_token_size innodb_ft_min_token_size
    innodb_ft_num_word_optimize innodb_ft_result_cache_limit innodb_ft_server_stopword_table
    innodb_ft_sort_pll_degree innodb_ft_total_cache_size innodb_ft_user_stopword_table
    innodb_idle_flush_pct innodb_io_capacity innodb_io_capacity_max innodb_lock_wait_timeout
    innodb_log_buffer_size innodb_log_checksums innodb_log_compressed_pages
    innodb_log_group_home_dir innodb_log_spin_cpu_abs_lwm innodb_log_spin_cpu_pct_hwm
    innodb_log_wait_for_flush_spin_hwm innodb_log_write_ahead_size innodb_log_writer_threads
    innodb_lru_scan_depth innodb_max_dirty_pages_pct innodb_max_dirty_pages_pct_lwm
    innodb_max_purge_lag innodb_max_purge_lag_delay innodb_max_undo_log_size
    innodb_monitor_disable innodb_monitor_enable innodb_monitor_reset innodb_monitor_reset_all
    innodb_native_foreign_keys innodb_numa_interleave innodb_old_blocks_pct
    innodb_old_blocks_time innodb_online_alter_log_max_size innodb_open_files
    innodb_optimize_fulltext_only innodb_page_cleaners innodb_page_size
    innodb_parallel_read_threads innodb_print_all_deadlocks innodb_print_ddl_logs
    innodb_purge_batch_size innodb_purge_rseg_truncate_frequency innodb_purge_threads
    innodb_random_read_ahead innodb_read_ahead_threshold innodb_read_io_threads
    innodb_read_only innodb_redo_log_archive_dirs innodb_redo_log_capacity
    innodb_redo_log_encrypt innodb_replication_delay innodb_rollback_on_timeout
    innodb_rollback_segments innodb_segment_reserve_factor innodb_sort_buffer_size
    innodb_spin_wait_delay innodb_spin_wait_pause_multiplier innodb_stats_auto_recalc
    innodb_stats_include_delete_marked innodb_stats_method innodb_stats_on_metadata
    innodb_stats_persistent innodb_stats_persistent_sample_pages
    innodb_stats_transient_sample_pages innodb_status_file innodb_status_output
    innodb_status_output_locks innodb_strict_mode innodb_sync_array_size innodb_sync_spin_loops
    innodb_table_locks innodb_temp_data_file_path innodb_temp_tablespaces_dir
    innodb_thread_concurrency innodb_thread_sleep_delay innodb_tmpdir innodb_undo_directory
    innodb_undo_log_encrypt innodb_undo_log_truncate innodb_use_fdatasync innodb_use_native_aio
    innodb_validate_tablespace_paths innodb_write_io_threads interactive_timeout
    internal_tmp_mem_storage_engine join_buffer_size keep_files_on_create key_buffer_size
    key_cache_age_threshold key_cache_block_size key_cache_division_limit
    keyring_migration_destination keyring_migration_from_component keyring_migration_host
    keyring_migration_port keyring_migration_socket keyring_migration_source
    keyring_migration_to_component keyring_migration_user large_pages lc_messages
    lc_messages_dir lc_time_names local_infile lock_wait_timeout log_bin log_bin_index
    log_bin_trust_function_creators log_error log_error_services log_error_suppression_list
    log_error_verbosity log_isam log_output log_queries_not_using_indexes log_raw
    log_replica_updates log_short_format log_slave_updates log_slow_admin_statements
    log_slow_extra log_slow_replica_statements log_slow_slave_statements
    log_statements_unsafe_for_binlog log_tc log_tc_size log_throttle_queries_not_using_indexes
    log_timestamps long_query_time low_priority_updates lower_case_table_names mandatory_roles
    master_retry_count master_verify_checksum max_allowed_packet max_binlog_cache_size
    max_binlog_dump_events max_binlog_size max_binlog_stmt_cache_size max_connect_errors
    max_connections max_delayed_threads max_digest_length max_error_count max_execution_time
    max_heap_table_size max_join_size max_length_for_sort_data max_points_in_geometry
    max_prepared_stmt_count max_relay_log_size max_seeks_for_key max_sort_length
    max_sp_recursion_depth max_user_connections max_write_lock_count memlock
    min_examined_row_limit myisam_block_size myisam_data_pointer_size myisam_max_sort_file_size
    myisam_mmap_size myisam_recover_options myisam_sort_buffer_size myisam_stats_method
    myisam_use_mmap mysqlx mysqlx_bind_address mysqlx_cache_cleaner
    mysqlx_compression_algorithms mysqlx_connect_timeout
    mysqlx_deflate_default_compression_level mysqlx_deflate_max_client_compression_level
    mysqlx_document_id_unique_prefix mysqlx_enable_hello_notice
    mysqlx_idle_worker_thread_timeout mysqlx_interactive_timeout
    mysqlx_lz4_default_compression_level mysqlx_lz4_max_client_compression_level
    mysqlx_max_allowed_packet mysqlx_max_connections mysqlx_min_worker_threads mysqlx_port
    mysqlx_port_open_timeout mysqlx_read_timeout mysqlx_socket mysqlx_ssl_ca mysqlx_ssl_capath
    mysqlx_ssl_cert mysqlx_ssl_cipher mysqlx_ssl_crl mysqlx_ssl_crlpath mysqlx_ssl_key
    mysqlx_wait_timeout mysqlx_write_timeout mysqlx_zstd_default_compression_level
    mysqlx_zstd_max_client_compression_level net_buffer_length net_read_timeout net_retry_count
    net_write_timeout ngram ngram_token_size offline_mode old_alter_table open_files_limit
    optimizer_max_subgraph_pairs optimizer_prune_level optimizer_search_depth optimizer_switch
    optimizer_trace optimizer_trace_features optimizer_trace_limit optimizer_trace_max_mem_size
    optimizer_trace_offset parser_max_mem_size partial_revokes password_history
    password_require_current password_reuse_interval performance_schema
    performance_schema_accounts_size performance_schema_consumer_events_stages_current
    performance_schema_consumer_events_stages_history
    performance_schema_consumer_events_stages_history_long
    performance_schema_consumer_events_statements_cpu
    performance_schema_consumer_events_statements_current
    performance_schema_consumer_events_statements_history
    performance_schema_consumer_events_statements_history_long
    performance_schema_consumer_events_transactions_current
    performance_schema_consumer_events_transactions_history
    performance_schema_consumer_events_transactions_history_long
    performance_schema_consumer_events_waits_current
    performance_schema_consumer_events_waits_history
    performance_schema_consumer_events_waits_history_long
    performance_schema_consumer_global_instrumentation
    performance_schema_consumer_statements_digest
    performance_schema_consumer_thread_instrumentation performance_schema_digests_size
    performance_schema_error_size performance_schema_events_stages_history_long_size
    performance_schema_events_stages_history_size
    performance_schema_events_statements_history_long_size
    performance_schema_events_statements_history_size
    performance_schema_events_transactions_history_long_size
    performance_schema_events_transactions_history_size
    performance_schema_events_waits_history_long_size
    performance_schema_events_waits_history_size performance_schema_hosts_size
    performance_schema_instrument performance_schema_logger performance_schema_max_cond_classes
    performance_schema_max_cond_instances performance_schema_max_digest_length
    performance_schema_max_digest_sample_age performance_schema_max_file_classes
    performance_schema_max_file_handles performance_schema_max_file_instances
    performance_schema_max_index_stat performance_schema_max_logger_classes
    performance_schema_max_memory_classes performance_schema_max_metadata_locks
    performance_schema_max_meter_classes performance_schema_max_metric_classes
    performance_schema_max_mutex_classes performance_schema_max_mutex_instances
    performance_schema_max_prepared_statements_instances
    performance_schema_max_program_instances performance_schema_max_rwlock_classes
    performance_schema_max_rwlock_instances performance_schema_max_socket_classes
    performance_schema_max_socket_instances performance_schema_max_sql_text_length
    performance_schema_max_stage_classes performance_schema_max_statement_classes
    performance_schema_max_statement_stack performance_schema_max_table_handles
    performance_schema_max_table_instances performance_schema_max_table_lock_stat
    performance_schema_max_thread_classes performance_schema_max_thread_instances
    performance_schema_meter performance_schema_session_connect_attrs_size
    performance_schema_setup_actors_size performance_schema_setup_objects_size
    performance_schema_show_processlist performance_schema_users_size
    persist_only_admin_x509_subject persist_sensitive_variables_in_plaintext
    persisted_globals_load pid_file plugin_dir port port_open_timeout preload_buffer_size
    print_identified_with_as_hex profiling_history_size protocol_compression_algorithms
    query_alloc_block_size query_prealloc_size range_alloc_block_size
    range_optimizer_max_mem_size read_buffer_size read_only read_rnd_buffer_size
    regexp_stack_limit regexp_time_limit relay_log relay_log_index relay_log_purge
    relay_log_recovery relay_log_space_limit replica_allow_batching
    replica_allow_higher_version_source replica_checkpoint_group replica_checkpoint_period
    replica_compressed_protocol replica_exec_mode replica_load_tmpdir
    replica_max_allowed_packet replica_net_timeout replica_parallel_workers
    replica_pending_jobs_size_max replica_preserve_commit_order replica_skip_errors
    replica_sql_verify_checksum replica_transaction_retries replica_type_conversions
    replicate_same_server_id replication_optimize_for_static_plugin_config
    replication_sender_observe_commit_only report_host report_password report_port report_user
    require_secure_transport restrict_fk_on_non_standard_key rpl_read_size
    rpl_stop_replica_timeout rpl_stop_slave_timeout safe_user_create schema_definition_cache
    secondary_engine_cost_threshold secure_file_priv select_into_buffer_size
    select_into_disk_sync select_into_disk_sync_delay server_id server_id_bits server_memory
    session_track_gtids session_track_schema session_track_state_change
    session_track_system_variables session_track_transaction_info set_operations_buffer_size
    sha256_password_auto_generate_rsa_keys sha256_password_private_key_path
    sha256_password_proxy_users sha256_password_public_key_path show_create_table_verbosity
    show_gipk_in_create_table_and_information_schema show_replica_auth_info
    show_slave_auth_info skip_grant_tables skip_name_resolve skip_networking skip_replica_start
    skip_show_database skip_slave_start slave_allow_batching slave_checkpoint_group
    slave_checkpoint_period slave_compressed_protocol slave_exec_mode slave_load_tmpdir
    slave_max_allowed_packet slave_net_timeout slave_parallel_workers
    slave_pending_jobs_size_max slave_preserve_commit_order slave_skip_errors
    slave_sql_verify_checksum slave_transaction_retries slave_type_conversions slow_launch_time
    slow_query_log slow_query_log_file socket sort_buffer_size source_verify_checksum
    sporadic_binlog_dump_fail sql_generate_invisible_primary_key sql_mode
    sql_require_primary_key ssl_ca ssl_capath ssl_cert ssl_cipher ssl_crl ssl_crlpath
    ssl_fips_mode ssl_key ssl_session_cache_mode ssl_session_cache_timeout stored_program_cache
    stored_program_definition_cache super_large_pages super_read_only symbolic_links
    sync_binlog sync_master_info sync_relay_log sync_relay_log_info sync_source_info
    sysdate_is_now table_definition_cache table_encryption_privilege_check table_open_cache
    table_open_cache_instances table_open_cache_triggers tablespace_definition_cache
    tc_heuristic_recover temptable_max_mmap temptable_max_ram terminology_use_previous
    thread_cache_size thread_handling thread_stack tls_certificates_enforced_validation
    tls_ciphersuites tls_version tmp_table_size tmpdir transaction_alloc_block_size
    transaction_isolation transaction_prealloc_size transaction_read_only
    updatable_views_with_limit upgrade validate_config validate_user_plugins verbose
    wait_timeout windowing_use_high_precision xa_detach_on_prepare
    `
        .trim()
        .split(/\s+/),
);

/**
 * Names that came with a later series than 8.4, the oldest that is served. From the manual's lists of changes; a name that
 * no list has stands at 9.7, where it was seen.
 */
export const introducedIn: Readonly<Record<string, string>> = {
    activate_mandatory_roles: "9.5",
    caching_sha2_password_enforce_storage_format: "9.7",
    caching_sha2_password_storage_format: "9.7",
    check_table_functions: "9.3",
    connection_memory_status_limit: "9.1",
    container_aware: "9.7",
    enable_cascade_triggers: "9.7",
    enable_secondary_engine_statistics: "9.3",
    external_table_secondary_storage_engine: "9.7",
    external_table_storage_engine: "9.7",
    global_connection_memory_status_limit: "9.1",
    innodb_native_foreign_keys: "9.6",
    performance_schema_logger: "9.1",
    performance_schema_max_logger_classes: "9.1",
    replica_allow_higher_version_source: "9.7",
    server_memory: "9.4",
};

/** Names that only older series than 9.7 know, and the series that dropped them. */
export const removedIn: Readonly<Record<string, string>> = {
    mysql_native_password: "9.0",
    mysql_native_password_proxy_users: "9.0",
};
