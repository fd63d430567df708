import type { Login } from "./connection";
import { Client, describe, now, say, sleep } from "./connection";

export interface LedgerConfig {
    readonly kind: "ledger";
    /** Address of the Service of the primary. */
    readonly host: string;
    readonly login: Login;
    /** Number of the first row. */
    readonly first: number;
    /** From the begin of one write to that of the next, unless that takes longer. */
    readonly paceMs: number;
}

/** One try to write one row. */
export interface Write {
    readonly n: number;
    readonly begin: number;
    readonly end: number;
    /** server_uuid of the server that acknowledged it. */
    readonly server?: string;
    /** Why it wasn't acknowledged. Whether the row is there is unclear then, so its number isn't used again. */
    readonly error?: string;
    /** The first one after a rest that was asked for. */
    readonly isAfterPause?: true;
}

/** "paused" comes after the last write's line, and nothing is under way from then on. */
export type LedgerLine = Write | { readonly paused: true };

const connectMs = 500;
// An application gives up on a server that is frozen or cut off, and connects anew.
const writeMs = 2_000;
// A kernel answers a client's first six calls that lead nowhere, then one a second: whoever calls faster hears nothing.
const retryMs = 150;

/** Writes row after row through the Service of the primary, and goes on through every failure. */
export async function keepLedger(config: LedgerConfig, isPaused: () => boolean): Promise<never> {
    const { host, login, paceMs } = config;
    let client: Client | undefined;
    let server: string | undefined;
    let saidPaused = false;
    for (let n = config.first; ;) {
        if (isPaused()) {
            if (!saidPaused) {
                say({ paused: true });
            }
            saidPaused = true;
            await sleep(5);
            continue;
        }
        const pause = saidPaused ? ({ isAfterPause: true } as const) : {};
        saidPaused = false;
        const begin = now();
        try {
            if (client === undefined) {
                client = await Client.open(host, login, connectMs);
                server = await prepare(client);
            }
            await client.ask(
                `INSERT INTO ledger VALUES (${n}, ${Math.floor(begin)}, '${server}')`,
                writeMs,
            );
            say({ n, begin, end: now(), server, ...pause } satisfies Write);
        } catch (error) {
            say({ n, begin, end: now(), error: describe(error), ...pause } satisfies Write);
            client?.close();
            client = undefined;
            await sleep(retryMs);
        }
        n += 1;
        await sleep(Math.max(0, begin + paceMs - now()));
    }
}

let isTableThere = false;

async function prepare(client: Client): Promise<string> {
    if (!isTableThere) {
        await client.ask(
            "CREATE TABLE IF NOT EXISTS ledger " +
                "(n BIGINT PRIMARY KEY, written BIGINT NOT NULL, server CHAR(36) NOT NULL)",
            5 * writeMs,
        );
        isTableThere = true;
    }
    const [row] = await client.ask("SELECT @@server_uuid", writeMs);
    return String(row?.[0]);
}
