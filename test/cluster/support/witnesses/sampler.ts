import type { Login } from "./connection";
import { Client, describe, now, say } from "./connection";

export interface SamplerConfig {
    readonly kind: "sampler";
    readonly login: Login;
    readonly paceMs: number;
}

/** Where a server may be. */
export interface Place {
    readonly pod: string;
    readonly uid: string;
    readonly address: string;
}

/** What one server said: it was so at some moment from `begin` to `end`. */
export interface Sample {
    readonly pod: string;
    readonly uid: string;
    /** Number of the connection; a server that was started anew is asked over another. */
    readonly connection: number;
    readonly begin: number;
    readonly end: number;
    /** Takes writes from applications: read_only is off. */
    readonly isOpen: boolean;
    readonly server: string;
    /** gtid_executed. */
    readonly executed: string;
}

export interface Answer {
    readonly id: number;
    readonly rows?: readonly (readonly unknown[])[];
    readonly error?: string;
}

export type SamplerLine = Sample | Answer | Ended;

/** A connection that nobody used has been ended by its server. */
export interface Ended {
    readonly ended: number;
    readonly at: number;
}

export interface Question {
    readonly id: number;
    readonly address: string;
    readonly statement: string;
    readonly milliseconds: number;
    /** Whether the connection is kept afterwards, unused, until the server ends it. */
    readonly stays?: boolean;
}

const patienceMs = 1_000;
/** A Pod's processes may outlive its object: it is looked at for so long. */
const afterlifeMs = 60_000;

/** Asks every server by its Pod's address, over and over, whatever Services say of it. */
export class Sampler {
    private readonly servers = new Map<string, Server>();
    private isSettling = false;

    constructor(private readonly config: SamplerConfig) {}

    run(): void {
        setInterval(() => {
            for (const [key, server] of this.servers) {
                if (server.isForgotten()) {
                    this.servers.delete(key);
                } else {
                    void this.look(server);
                }
            }
        }, this.config.paceMs);
    }

    setPlaces(places: readonly Place[]): void {
        const keys = new Set(places.map(keyOf));
        for (const place of places) {
            const key = keyOf(place);
            if (!this.servers.has(key)) {
                this.servers.set(key, new Server(place, this.config.login));
            }
        }
        for (const [key, server] of this.servers) {
            if (keys.has(key)) {
                server.goneAt = undefined;
            } else {
                server.goneAt ??= now();
            }
        }
    }

    /** Two that seem open are asked again at once, in turn: that settles whether they were at one time. */
    private async look(server: Server): Promise<void> {
        const sample = await server.sample();
        const other = [...this.servers.values()].find(
            (each) => each !== server && each.seemsOpen(),
        );
        if (sample?.isOpen === true && other !== undefined && !this.isSettling) {
            this.isSettling = true;
            await other.sample();
            await server.sample();
            await other.sample();
            this.isSettling = false;
        }
    }

    async answer({ id, address, statement, milliseconds, stays }: Question): Promise<void> {
        let client: Client | undefined;
        try {
            client = await Client.open(address, this.config.login, milliseconds);
            const rows = await client.ask(statement, milliseconds);
            say({ id, rows } satisfies Answer);
            if (stays === true) {
                await client.ended;
                say({ ended: id, at: now() } satisfies Ended);
            }
        } catch (error) {
            say({ id, error: describe(error) } satisfies Answer);
        } finally {
            client?.close();
        }
    }
}

function keyOf({ uid, address }: Place): string {
    return `${uid} ${address}`;
}

let connections = 0;

class Server {
    goneAt: number | undefined;
    private client: Client | undefined;
    private connection = 0;
    private isBusy = false;
    private last: Sample | undefined;

    constructor(
        private readonly place: Place,
        private readonly login: Login,
    ) {}

    isForgotten(): boolean {
        return this.goneAt !== undefined && now() - this.goneAt > afterlifeMs;
    }

    seemsOpen(): boolean {
        return this.last?.isOpen === true && now() - this.last.end < patienceMs;
    }

    /** Undefined when it doesn't answer, or an earlier question is still open. */
    async sample(): Promise<Sample | undefined> {
        if (this.isBusy) {
            return undefined;
        }
        this.isBusy = true;
        try {
            if (this.client === undefined) {
                this.client = await Client.open(this.place.address, this.login, patienceMs);
                this.connection = ++connections;
            }
            const begin = now();
            const [row = []] = await this.client.ask(
                "SELECT @@global.read_only, @@server_uuid, @@global.gtid_executed",
                patienceMs,
            );
            const { pod, uid } = this.place;
            const sample: Sample = {
                ...{ pod, uid, connection: this.connection, begin, end: now() },
                isOpen: Number(row[0]) === 0,
                server: String(row[1]),
                executed: String(row[2]).replace(/\s/g, ""),
            };
            this.last = sample;
            say(sample);
            return sample;
        } catch {
            this.client?.close();
            this.client = undefined;
            this.last = undefined;
            return undefined;
        } finally {
            this.isBusy = false;
        }
    }
}
