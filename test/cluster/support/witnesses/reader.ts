import type { Login } from "./connection";
import { Client, describe, now, say, sleep } from "./connection";

export interface ReaderConfig {
    readonly kind: "reader";
    /** Address of the Service for reads. */
    readonly host: string;
    readonly login: Login;
    /** From the begin of one read to that of the next, however long it takes. */
    readonly paceMs: number;
}

/** One read over a connection of its own. */
export interface Read {
    /** When the query was sent; what had been acknowledged by then, an up-to-date server shows. */
    readonly begin: number;
    readonly end: number;
    readonly host?: string;
    readonly isReadOnly?: boolean;
    /** Number of the newest row of the ledger, 0 when it has none. */
    readonly newest?: number;
    readonly error?: string;
}

const patienceMs = 2_000;

export async function keepReading(config: ReaderConfig): Promise<never> {
    for (;;) {
        void readOnce(config);
        await sleep(config.paceMs);
    }
}

async function readOnce({ host, login }: ReaderConfig): Promise<void> {
    let client: Client | undefined;
    let begin = now();
    try {
        client = await Client.open(host, login, patienceMs);
        begin = now();
        const [row = []] = await client.ask(
            "SELECT @@hostname, @@read_only, (SELECT MAX(n) FROM ledger)",
            patienceMs,
        );
        const [name, readOnly, newest] = row;
        say({
            begin,
            end: now(),
            host: String(name),
            isReadOnly: Number(readOnly) === 1,
            newest: Number(newest ?? 0),
        } satisfies Read);
    } catch (error) {
        say({ begin, end: now(), error: describe(error) } satisfies Read);
    } finally {
        client?.close();
    }
}
