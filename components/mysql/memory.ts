import type { Resources } from "../checks";
import { parseQuantity } from "../checks";
import type { MysqldSetting } from "./args";

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/**
 * The least a server runs with. Measured with 9.7 and what is set below: 250 MiB when idle, 430 MiB while 145 clients
 * sort a table of 380000 rows.
 */
export const leastMemory = 512 * mebibyte;

/** Below this, what grows with memory is made small by hand. */
const smallMemory = 2 * gibibyte;

/** The memory a Pod is sized for: its limit, else its request; undefined when it has neither. */
export function podMemory(resources: Resources): number | undefined {
    const amount = resources.limits?.memory ?? resources.requests?.memory;
    return amount === undefined ? undefined : parseQuantity(amount);
}

/**
 * Three quarters of what 384 MiB for the server itself leave of the memory, in whole units that the server would not
 * round up (its chunks are 128 MiB, one or more for each of its instances): 96 MiB of 512 MiB, 1152 MiB of 2 GiB,
 * 11 GiB of 16 GiB.
 */
export function bufferPool(memory: number): { size: number; instances: number } {
    const share = Math.max(0, memory - 384 * mebibyte) * 0.75;
    const instances = Math.min(8, Math.max(1, Math.floor(share / gibibyte)));
    const unit = share < 128 * mebibyte ? 8 * mebibyte : instances * 128 * mebibyte;
    return { size: Math.max(64 * mebibyte, Math.floor(share / unit) * unit), instances };
}

/** Settings that keep a server within the memory of its Pod, whatever the node has. */
export function memorySettings(memory = leastMemory): Record<string, MysqldSetting> {
    const pool = bufferPool(memory);
    return {
        innodb_buffer_pool_size: inMebibytes(pool.size),
        innodb_buffer_pool_instances: pool.instances,
        // Its default is a share of the node's memory, at least 1 GiB.
        temptable_max_ram: inMebibytes(Math.min(gibibyte, memory / 16)),
        ...(memory < smallMemory ? smallSettings : {}),
    };
}

/** Together these save 240 MiB of the 490 MiB that an idle 9.7 takes by default. */
const smallSettings: Readonly<Record<string, MysqldSetting>> = {
    innodb_log_buffer_size: "8M",
    table_open_cache: 1000,
    table_definition_cache: 800,
    performance_schema_digests_size: 1000,
    performance_schema_error_size: 0,
    performance_schema_max_memory_classes: 0,
    performance_schema_events_waits_history_long_size: 100,
    performance_schema_events_stages_history_long_size: 100,
    performance_schema_events_statements_history_long_size: 100,
    performance_schema_events_transactions_history_long_size: 100,
    performance_schema_accounts_size: 32,
    performance_schema_hosts_size: 32,
    performance_schema_users_size: 32,
};

function inMebibytes(bytes: number): string {
    return `${Math.floor(bytes / mebibyte)}M`;
}
