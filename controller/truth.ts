/**
 * The declared truth: the one ConfigMap that says who the primary is. Every change is a compare-and-swap that raises
 * `version`, and what isn't written there hasn't been decided.
 */
export interface Truth {
    /** One more with each change. Acts carry it, and a server obeys none that is older than the last it obeyed. */
    readonly version: number;
    /** One more with each change of primary. */
    readonly term: number;
    /** No Pod without data may start empty from now on. */
    readonly dataExists: true;
    readonly primary: ServerId;
    /** Servers that may acknowledge, the primary among them. */
    readonly members: readonly Member[];
    /** Every confirmed transaction is on this many members and one more. */
    readonly acks: number;
    /** What the primary is told to wait for: never less than `acks`, more while that is being raised. */
    readonly acksSet: number;
    readonly operation?: Operation;
    /** Servers whose data is to be thrown away and copied anew: by UUID, so asking twice does no harm. */
    readonly rebuilds: readonly Rebuild[];
    /** Which Pod a Pod without data copies. */
    readonly donors: Readonly<Record<string, string>>;
    /** The last switchover that was asked for. */
    readonly answered?: Answer;
}

/** A server is a Pod and the data in it. */
export interface ServerId {
    readonly pod: string;
    readonly uuid: string;
}

export interface Member extends ServerId {
    /**
     * It is to acknowledge no more: `asked` until that was seen, `quiet` from then on. Only what the primary says in
     * a later round tells whether the others hold all that this one has acknowledged.
     */
    readonly leaving?: "asked" | "quiet";
    /** Transactions of its own that it must not bring along. */
    readonly errant?: string;
}

export type Operation = Switchover | Failover;

/** First readers are kept from `to`, then the primary is frozen until `to` has all it holds. */
export interface Switchover {
    readonly kind: "switchover";
    readonly to: ServerId;
    readonly sinceMs: number;
    readonly why: string;
    readonly request?: string;
}

/** All members that can be reached are frozen, and the most advanced of them is looked for. */
export interface Failover {
    readonly kind: "failover";
    readonly cause: FailoverCause;
    readonly sinceMs: number;
    readonly why: string;
}

export type FailoverCause = "gone" | "cutOff" | "behind" | "stuck";

export interface Rebuild extends ServerId {
    readonly why: string;
    /** Transactions that only it has: `prepare` saves them in the volume before it throws the data away. */
    readonly errant?: string;
}

export interface Answer {
    readonly request: string;
    readonly done: boolean;
    readonly why: string;
}

/** A change of the truth, as the next version of it. */
export function changed(truth: Truth, change: Partial<Truth>): Truth {
    return { ...truth, ...change, version: truth.version + 1 };
}

/** Another primary, with which an operation ends. What was to become of its data as a replica's is forgotten. */
export function withPrimary({ term, rebuilds }: Truth, primary: ServerId): Partial<Truth> {
    return {
        primary,
        term: term + 1,
        operation: undefined,
        rebuilds: rebuilds.filter(({ pod }) => pod !== primary.pod),
    };
}

export function sameServer(one: ServerId, other: ServerId): boolean {
    return one.pod === other.pod && one.uuid === other.uuid;
}

/** How many members must be frozen so that every confirmed transaction is on one of them. */
export function quorum(truth: Truth): number {
    return truth.members.length - truth.acks;
}
