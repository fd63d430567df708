import type { GtidSet } from "./gtid";
import { includes, union } from "./gtid";
import type { ServerSeen } from "./observation";
import type { ServerId } from "./truth";

/** Between two states of the primary that are remembered, and for how long they are. */
const everyMs = 500;
const keptMs = 120_000;

interface State {
    readonly atMs: number;
    readonly executed: GtidSet;
}

/**
 * How old the data of each server is, by what the primary was seen to hold and when. What MySQL itself tells of lag is
 * about the transaction that is being applied: nothing, for a replica that has just connected and receives the first of
 * what it has missed.
 */
export class Freshness {
    private states: State[] = [];

    constructor(private readonly now: () => number) {}

    /** The primary has been asked before the others, and at that time. */
    add(
        servers: Readonly<Record<string, ServerSeen>>,
        primary: ServerId | undefined,
        askedAtMs: number,
    ): Readonly<Record<string, ServerSeen>> {
        const now = this.now();
        this.states = this.states.filter(({ atMs }) => now - atMs < keptMs);
        const seen = servers[primary?.pod ?? ""];
        if (
            seen?.answer === "serving" &&
            seen.uuid === primary?.uuid &&
            askedAtMs - (this.states.at(-1)?.atMs ?? -Infinity) >= everyMs
        ) {
            this.states.push({ atMs: askedAtMs, executed: seen.executed });
        }
        return Object.fromEntries(
            Object.entries(servers).map(([pod, server]): [string, ServerSeen] => {
                if (server.answer !== "serving") {
                    return [pod, server];
                }
                const { executed, channel } = server;
                const has = channel === undefined ? executed : union(executed, channel.retrieved);
                const ages = { appliedAgeMs: this.ageOf(executed), receivedAgeMs: this.ageOf(has) };
                return [pod, { ...server, ...ages }];
            }),
        );
    }

    forget(): void {
        this.states = [];
    }

    /** Undefined when none of the states is in it. */
    private ageOf(transactions: GtidSet): number | undefined {
        const newest = this.states.findLast(({ executed }) => includes(transactions, executed));
        return newest && this.now() - newest.atMs;
    }
}
