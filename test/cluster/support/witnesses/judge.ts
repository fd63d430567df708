import type { GtidSet } from "../../../../controller/gtid";
import { parseGtidSet, subtract, union } from "../../../../controller/gtid";
import type { Write } from "./ledger";
import type { Read } from "./reader";
import type { Sample } from "./sampler";

// What the witnesses' records prove. Pure, and sound: nothing is charged that the records don't show.

export function isAcknowledged({ error }: Write): boolean {
    return error === undefined;
}

/** A time without an acknowledged write. */
export interface Outage {
    /** When the last write before it and the first after it were acknowledged. */
    readonly from: number;
    readonly to: number;
    readonly milliseconds: number;
    readonly failedTries: number;
    /** How often each was met. */
    readonly errors: Readonly<Record<string, number>>;
    /** server_uuid of those that took the writes before and after it. */
    readonly before: string;
    readonly after: string;
}

/** A gap without a failed try counts from this on; writes take their time on a busy machine. */
const noticeableMs = 500;

/** Gaps between acknowledged writes that ended after that moment. */
export function outages(writes: readonly Write[], since: number): Outage[] {
    const found: Outage[] = [];
    let last: Write | undefined;
    let failed: Write[] = [];
    for (const write of writes) {
        if (write.isAfterPause && last !== undefined) {
            last = { ...last, end: write.begin };
        }
        if (!isAcknowledged(write)) {
            failed.push(write);
            continue;
        }
        const milliseconds = last === undefined ? 0 : write.end - last.end;
        if (
            last !== undefined &&
            write.end > since &&
            (failed.length > 0 || milliseconds > noticeableMs)
        ) {
            found.push({
                from: last.end,
                to: write.end,
                milliseconds,
                failedTries: failed.length,
                errors: countEach(failed.map(({ error = "" }) => error)),
                before: last.server ?? "",
                after: write.server ?? "",
            });
        }
        last = write;
        failed = [];
    }
    return found;
}

/** From one acknowledged write to the next, whether any failed or not; of those that ended after that moment. */
export function longestGap(writes: readonly Write[], since: number): number {
    let [last, longest] = [Infinity, 0];
    for (const write of writes) {
        if (write.isAfterPause) {
            last = write.begin;
        }
        if (isAcknowledged(write)) {
            longest = write.end > since ? Math.max(longest, write.end - last) : longest;
            last = write.end;
        }
    }
    return longest;
}

export function longest(found: readonly Outage[]): number {
    return Math.max(0, ...found.map(({ milliseconds }) => milliseconds));
}

export function describeOutage(outage: Outage): string {
    const errors = Object.entries(outage.errors).map(([error, times]) => `${times}x ${error}`);
    const seconds = (outage.milliseconds / 1000).toFixed(2);
    return `${seconds} s, ${outage.failedTries} failed tries${errors.map((each) => `\n        ${each}`).join("")}`;
}

function countEach(texts: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const text of texts) {
        // Ports and thread numbers would make each the only one of its kind.
        const kind = text.replace(/\d+/g, "#");
        counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
}

/** Acknowledged numbers as ranges, for SQL. */
export function ranges(writes: readonly Write[]): [first: number, last: number][] {
    const numbers = writes.filter(isAcknowledged).map(({ n }) => n);
    const found: [number, number][] = [];
    for (const n of numbers) {
        const current = found.at(-1);
        if (current?.[1] === n - 1) {
            current[1] = n;
        } else {
            found.push([n, n]);
        }
    }
    return found;
}

/** Two servers that were open at one time. */
export interface TwoOpen {
    readonly at: number;
    readonly servers: readonly [Sample, Sample];
}

/** Farther apart, two samples say nothing of the time between. */
const longestSpanMs = 500;

/**
 * Samples of two servers are never taken at one instant. But a server that was open in all samples over one connection,
 * each soon after the one before, was open all the time from the end of the first to the begin of the last: a primary that
 * is closed isn't opened again within moments. When another server is asked and answers within that time, and is open
 * too, then both were open at once, wherever in its own interval the answer is true.
 */
export function twoOpen(samples: readonly Sample[]): TwoOpen[] {
    const spans = openSpans(samples);
    return samples.flatMap((sample) =>
        spans
            .filter(
                ({ first, last }) =>
                    sample.isOpen &&
                    first.uid !== sample.uid &&
                    first.end <= sample.begin &&
                    sample.end <= last.begin,
            )
            .map(({ first }): TwoOpen => ({ at: sample.begin, servers: [first, sample] })),
    );
}

/** A server that can't be told that it isn't the primary any more, and until when it couldn't. */
export interface Unreached {
    /** Of its Pod. */
    readonly uid: string;
    readonly until: number;
}

/** Whether one of the two is that server, and it was at that time: of others nothing is excused. */
export function isExcused({ at, servers }: TwoOpen, { uid, until }: Unreached): boolean {
    return at <= until && servers.some((each) => each.uid === uid);
}

/** For how long each server was open without a break. */
function openSpans(samples: readonly Sample[]): { first: Sample; last: Sample }[] {
    const spans: { first: Sample; last: Sample }[] = [];
    const current = new Map<string, { first: Sample; last: Sample }>();
    for (const sample of samples) {
        const span = current.get(sample.uid);
        if (!sample.isOpen) {
            current.delete(sample.uid);
        } else if (
            span !== undefined &&
            span.last.connection === sample.connection &&
            sample.begin - span.last.end <= longestSpanMs
        ) {
            span.last = sample;
        } else {
            const begun = { first: sample, last: sample };
            current.set(sample.uid, begun);
            spans.push(begun);
        }
    }
    return spans;
}

/** Reads that a server answered that takes writes. */
export function readsByPrimary(reads: readonly Read[]): Read[] {
    return reads.filter(({ isReadOnly }) => isReadOnly === false);
}

/** By how much each read that was answered lagged behind what had been acknowledged when it was asked. */
export function staleness(reads: readonly Read[], writes: readonly Write[]): number[] {
    const acknowledged = writes.filter(isAcknowledged);
    return reads.flatMap(({ begin, newest }) => {
        if (newest === undefined) {
            return [];
        }
        const missed = firstAfter(acknowledged, newest);
        return [missed === undefined ? 0 : Math.max(0, begin - missed.end)];
    });
}

/** Reads are never older: the stack's bound, and one period of the readiness probe. */
export function stalestSeconds(lagBoundSeconds: number): number {
    return lagBoundSeconds + 2;
}

/** Numbers rise, so this is a search by halves. */
function firstAfter(acknowledged: readonly Write[], n: number): Write | undefined {
    let [low, high] = [0, acknowledged.length];
    while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if ((acknowledged[middle]?.n ?? Infinity) > n) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return acknowledged[low];
}

/** Transactions that some server had, and that are neither in the end's data nor reported. */
export function vanished(
    everSeen: Iterable<string>,
    atTheEnd: string,
    reported: readonly string[],
): GtidSet {
    const seen = union(...[...everSeen].map(parseGtidSet));
    return subtract(seen, union(parseGtidSet(atTheEnd), ...reported.map(parseGtidSet)));
}
