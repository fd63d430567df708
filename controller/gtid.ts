/**
 * Sets of transactions as MySQL writes them: `uuid:1-5:7,uuid:tag:1-3`. Values are never changed; equal sets are equal
 * as text.
 */

/** First and last number, both inclusive. */
type Interval = readonly [first: number, last: number];

/** By `uuid` or `uuid:tag`; intervals in order, none touching the next. */
export type GtidSet = ReadonlyMap<string, readonly Interval[]>;

export const noTransactions: GtidSet = new Map();

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const tagPattern = /^[a-z_][a-z0-9_]{0,31}$/;
const intervalPattern = /^(\d+)(?:-(\d+))?$/;

export function parseGtidSet(text: string): GtidSet {
    const collected = new Map<string, Interval[]>();
    for (const part of text.toLowerCase().replace(/\s+/g, "").split(",")) {
        if (part === "") {
            continue;
        }
        const [uuid = "", ...rest] = part.split(":");
        if (!uuidPattern.test(uuid)) {
            throw new Error(`not a GTID set: "${part}" doesn't begin with a UUID`);
        }
        let source = uuid;
        for (const piece of rest) {
            if (tagPattern.test(piece)) {
                source = `${uuid}:${piece}`;
                continue;
            }
            const intervals = collected.get(source) ?? [];
            const interval = parseInterval(piece, part);
            if (interval !== undefined) {
                intervals.push(interval);
            }
            collected.set(source, intervals);
        }
    }
    return fromEntries([...collected].map(([source, intervals]) => [source, merge(intervals)]));
}

function parseInterval(piece: string, part: string): Interval | undefined {
    const [, first, last = first] = intervalPattern.exec(piece) ?? [];
    if (first === undefined || Number(first) < 1 || !Number.isSafeInteger(Number(last))) {
        throw new Error(`not a GTID set: "${piece}" in "${part}" is no interval`);
    }
    // MySQL takes 5-3 for an empty interval.
    return Number(last) < Number(first) ? undefined : [Number(first), Number(last)];
}

/** In MySQL's own order: by UUID, tags after what has none. */
export function formatGtidSet(set: GtidSet): string {
    const parts: string[] = [];
    let previous: string | undefined;
    for (const [source, intervals] of set) {
        const [uuid = "", tag] = source.split(":");
        const numbers = intervals
            .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
            .join(":");
        const tagged = tag === undefined ? numbers : `${tag}:${numbers}`;
        if (uuid === previous) {
            parts.push(`${parts.pop() ?? uuid}:${tagged}`);
        } else {
            parts.push(`${uuid}:${tagged}`);
        }
        previous = uuid;
    }
    return parts.join(",");
}

export function union(...sets: readonly GtidSet[]): GtidSet {
    const collected = new Map<string, Interval[]>();
    for (const set of sets) {
        for (const [source, intervals] of set) {
            collected.set(source, [...(collected.get(source) ?? []), ...intervals]);
        }
    }
    return fromEntries([...collected].map(([source, intervals]) => [source, merge(intervals)]));
}

/** What is in the first set and not in the second. */
export function subtract(from: GtidSet, what: GtidSet): GtidSet {
    return fromEntries(
        [...from].map(([source, intervals]) => [
            source,
            subtractIntervals(intervals, what.get(source) ?? []),
        ]),
    );
}

export function includes(set: GtidSet, part: GtidSet): boolean {
    return isEmpty(subtract(part, set));
}

export function isEmpty(set: GtidSet): boolean {
    return set.size === 0;
}

export function count(set: GtidSet): number {
    let sum = 0;
    for (const intervals of set.values()) {
        for (const [first, last] of intervals) {
            sum += last - first + 1;
        }
    }
    return sum;
}

/** The transactions that one server made, with and without tags. */
export function madeBy(set: GtidSet, uuid: string): GtidSet {
    return fromEntries([...set].filter(([source]) => source.startsWith(uuid)));
}

export function notMadeBy(set: GtidSet, uuid: string): GtidSet {
    return fromEntries([...set].filter(([source]) => !source.startsWith(uuid)));
}

function fromEntries(entries: readonly (readonly [string, readonly Interval[]])[]): GtidSet {
    return new Map(
        entries
            .filter(([, intervals]) => intervals.length > 0)
            .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
}

function merge(intervals: readonly Interval[]): Interval[] {
    const merged: Interval[] = [];
    for (const [first, last] of [...intervals].sort(([one], [other]) => one - other)) {
        const previous = merged.at(-1);
        if (previous !== undefined && first <= previous[1] + 1) {
            merged[merged.length - 1] = [previous[0], Math.max(previous[1], last)];
        } else {
            merged.push([first, last]);
        }
    }
    return merged;
}

/** Both in order: one walk through each. */
function subtractIntervals(from: readonly Interval[], what: readonly Interval[]): Interval[] {
    const left: Interval[] = [];
    let index = 0;
    for (const [first, last] of from) {
        let next = first;
        while (index < what.length && (what[index]?.[1] ?? 0) < next) {
            index++;
        }
        for (let at = index; at < what.length && next <= last; at++) {
            const [whatFirst, whatLast] = what[at] ?? [Infinity, Infinity];
            if (whatFirst > last) {
                break;
            }
            if (whatFirst > next) {
                left.push([next, whatFirst - 1]);
            }
            next = Math.max(next, whatLast + 1);
        }
        if (next <= last) {
            left.push([next, last]);
        }
    }
    return left;
}
