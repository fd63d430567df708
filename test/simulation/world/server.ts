import type { GtidSet } from "../../../controller/gtid";
import { noTransactions, parseGtidSet } from "../../../controller/gtid";

/** What outlives a crash of the server. */
export interface Volume {
    readonly uuid: string;
    /** Applied transactions in the order of the binary log. */
    binlog: string[];
    /** Received ones that aren't applied yet. */
    relay: string[];
    /** The source that the channel is set to. */
    source: string | undefined;
}

/** A commit that waits for acknowledgements, on the server that made it. */
export interface Pending {
    readonly gtid: string;
    readonly by: Set<string>;
}

/** A Pod's server: what it does by itself, and how it obeys. */
export class SimServer {
    volume: Volume | undefined;
    up = false;
    frozen = false;
    /** Counts boots: an act is for the boot that was seen, since each forgets the fence. */
    boots = 0;
    fence = 0;
    readOnly = true;
    superReadOnly = true;
    waitsFor = 0;
    acknowledges = false;
    receiving = false;
    applying = false;
    heardAt: number | undefined;
    pending: Pending[] = [];
    /** An applier stops at this error until its data is copied anew. */
    applyError = 0;

    constructor(readonly pod: string) {}

    get answers(): boolean {
        return this.up && !this.frozen;
    }

    get serves(): boolean {
        return this.answers && this.volume !== undefined;
    }

    get writable(): boolean {
        return this.serves && !this.readOnly;
    }

    /** Every boot is read-only and acknowledges nothing; what received before may receive again. */
    boot(receives: boolean): void {
        this.up = true;
        this.boots++;
        this.fence = 0;
        this.frozen = false;
        this.readOnly = true;
        this.superReadOnly = true;
        this.waitsFor = 0;
        this.acknowledges = false;
        const replicates = receives && this.volume?.source !== undefined;
        this.receiving = replicates;
        this.applying = replicates;
        this.heardAt = undefined;
        this.pending = [];
    }

    /** The clients get an error; what is in the binary log stays there. */
    crash(): void {
        this.up = false;
        this.frozen = false;
        this.receiving = false;
        this.applying = false;
        this.pending = [];
    }

    has(gtid: string): boolean {
        const { binlog = [], relay = [] } = this.volume ?? {};
        return binlog.includes(gtid) || relay.includes(gtid);
    }

    executed(): GtidSet {
        return setOf(this.volume?.binlog ?? []);
    }

    retrieved(): GtidSet {
        return setOf(this.volume?.relay ?? []);
    }

    /** Writes a transaction of a client; it is confirmed later, or at once when nobody is to acknowledge. */
    write(): Pending {
        if (this.volume === undefined || !this.writable) {
            throw new Error(`${this.pod} takes no writes`);
        }
        const { uuid, binlog } = this.volume;
        const number = 1 + binlog.filter((gtid) => gtid.startsWith(uuid)).length;
        const pending = { gtid: `${uuid}:${number}`, by: new Set<string>() };
        binlog.push(pending.gtid);
        this.pending.push(pending);
        return pending;
    }

    /** Takes those that wait for no more acknowledgements out of the list. */
    confirmed(): Pending[] {
        const done = this.pending.filter(({ by }) => by.size >= this.waitsFor);
        this.pending = this.pending.filter((each) => !done.includes(each));
        return done;
    }

    applyOne(): void {
        const next =
            this.applying && this.applyError === 0 ? this.volume?.relay.shift() : undefined;
        if (next !== undefined && !this.volume?.binlog.includes(next)) {
            this.volume?.binlog.push(next);
        }
    }
}

const sets = new Map<string, GtidSet>();

/** Few sets are asked for again and again. */
export function setOf(gtids: readonly string[]): GtidSet {
    if (gtids.length === 0) {
        return noTransactions;
    }
    const text = gtids.join(",");
    const known = sets.get(text) ?? parseGtidSet(text);
    if (sets.size > 20_000) {
        sets.clear();
    }
    sets.set(text, known);
    return known;
}

export function uuidOf(number: number): string {
    return `${number.toString(16).padStart(8, "0")}-0000-0000-0000-000000000000`;
}
