import type { Connection, RowDataPacket } from "mysql2";
import { createConnection } from "mysql2";

// What the clients' programs share: connections that never hang, and lines in JSON.

export interface Login {
    readonly user: string;
    readonly password: string;
    readonly database: string;
}

/** Milliseconds, with fractions, by a clock that all programs on one machine share. */
export function now(): number {
    return performance.timeOrigin + performance.now();
}

export function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A connection whose every step ends in time, whatever the server does. */
export class Client {
    /** When somebody else has ended the connection. */
    readonly ended: Promise<void>;

    private constructor(private readonly connection: Connection) {
        this.ended = new Promise((resolve) => {
            connection.once("error", () => resolve()).once("end", () => resolve());
        });
    }

    static async open(host: string, login: Login, milliseconds: number): Promise<Client> {
        const connection = createConnection({
            ...login,
            host,
            port: 3306,
            connectTimeout: milliseconds,
            ssl: { rejectUnauthorized: false }, // made by each server for itself
        });
        // Whoever uses the connection next is told.
        connection.on("error", () => undefined);
        await inTime(connection, milliseconds, "connecting", (done) => {
            connection.connect((error) => done(error, undefined));
        });
        return new Client(connection);
    }

    /** Rows as arrays of columns; none for a statement that has no rows. */
    ask(statement: string, milliseconds: number): Promise<unknown[][]> {
        return inTime(this.connection, milliseconds, "the statement", (done) => {
            this.connection.query<RowDataPacket[][]>(
                { sql: statement, rowsAsArray: true },
                (error, rows) => done(error, Array.isArray(rows) ? rows : []),
            );
        });
    }

    close(): void {
        this.connection.destroy();
    }
}

/** After the time it is given up, with its connection. */
function inTime<T>(
    connection: Connection,
    milliseconds: number,
    what: string,
    begin: (done: (error: Error | null, value: T) => void) => void,
): Promise<T> {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
            connection.destroy();
            reject(new Error(`TIMEOUT: ${what} took longer than ${milliseconds} ms`));
        }, milliseconds);
        begin((error, value) => {
            clearTimeout(timer);
            if (error === null) {
                resolve(value);
            } else {
                connection.destroy();
                reject(error);
            }
        });
    });
}

/** "ER_OPTION_PREVENTS_STATEMENT: The MySQL server is running with ...". */
export function describe(error: unknown): string {
    const { code, message } = error as { code?: string; message: string };
    return code === undefined || message.startsWith(code) ? message : `${code}: ${message}`;
}

export function say(line: object): void {
    process.stdout.write(`${JSON.stringify(line)}\n`);
}
