import type { Connection } from "mysql2/promise";
import { createConnection } from "mysql2/promise";
import { within } from "../within";
import type { Row } from "./asking";

/** Where the servers are, and how the controller logs in. */
export interface Login {
    readonly user: string;
    /** Read anew for each connection: the Secret may change. */
    readonly password: () => string;
}

const connectTimeoutMs = 1_000;

/** One connection; after the first error or time-out it is closed and of no more use. */
export class Session {
    private dead: Error | undefined;

    private constructor(private readonly connection: Connection) {
        connection.on("error", (error: Error) => this.close(error));
    }

    static async open(host: string, login: Login): Promise<Session> {
        const connection = await within(
            connectTimeoutMs + 500,
            `${host} doesn't let the controller in`,
            createConnection({
                host,
                port: 3306,
                user: login.user,
                password: login.password(),
                // Servers make their certificates themselves, as for replication and copies.
                ssl: { rejectUnauthorized: false },
                connectTimeout: connectTimeoutMs,
                // Sets of transactions and sums are longer than a number can be.
                supportBigNumbers: true,
                bigNumberStrings: true,
            }),
            // It may still come; nobody waits for it any more.
            (late) => late.destroy(),
        );
        const session = new Session(connection);
        try {
            await session.run(
                "SET SESSION time_zone = '+00:00', sql_mode = '', lock_wait_timeout = 5, group_concat_max_len = 1000000",
                connectTimeoutMs,
            );
        } catch (error) {
            session.close();
            throw error;
        }
        return session;
    }

    get isOpen(): boolean {
        return this.dead === undefined;
    }

    get id(): number {
        return this.connection.threadId;
    }

    async rows(sql: string, timeoutMs: number, values: unknown[] = []): Promise<Row[]> {
        const rows = await this.query(sql, timeoutMs, values);
        return Array.isArray(rows) ? (rows as Row[]) : [];
    }

    async run(sql: string, timeoutMs: number, values: unknown[] = []): Promise<void> {
        await this.query(sql, timeoutMs, values);
    }

    close(why = new Error("closed")): void {
        this.dead ??= why;
        this.connection.destroy();
    }

    private async query(sql: string, timeoutMs: number, values: unknown[]): Promise<unknown> {
        if (this.dead !== undefined) {
            throw this.dead;
        }
        try {
            const [rows] = await within(
                timeoutMs,
                `no answer within ${timeoutMs} ms`,
                this.connection.query(sql, values),
            );
            return rows;
        } catch (error) {
            // The server has refused: the connection is as good as before.
            if ((error as { sqlState?: string }).sqlState === undefined) {
                this.close(error as Error);
            }
            throw error;
        }
    }
}
