import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatGtidSet } from "../../../../controller/gtid";
import { claimDirectory } from "../pods";
import { found, seen, until } from "../until";
import type { Unreached } from "./judge";
import {
    describeOutage,
    isAcknowledged,
    isExcused,
    outages,
    ranges,
    readsByPrimary,
    stalestSeconds,
    staleness,
    twoOpen,
    vanished,
} from "./judge";
import { untilSettled } from "./settled";
import type { Witnesses } from "./witnesses";

export interface Expected {
    readonly namespace: string;
    /** How many Pods there are. */
    readonly pods: number;
    /** The stack's bound on the age of what is read. */
    readonly lagBoundSeconds: number;
    /**
     * The old primary that may say that it takes writes, beside the new one: one that is cut off, or was frozen, can't be
     * told otherwise. Nothing is confirmed there, which is tried and shown elsewhere. @default none
     */
    readonly twoOpen?: Unreached;
    /** @default 120 */
    readonly settledWithinSeconds?: number;
}

/** What must hold after whatever happened since then. Writers go on afterwards. */
export async function verify(
    witnesses: Witnesses,
    since: number,
    expected: Expected,
): Promise<void> {
    const { pods, settledWithinSeconds = 120 } = expected;
    await untilSettled(witnesses, pods, settledWithinSeconds);
    await witnesses.untilAcknowledged(10, 30);
    await witnesses.pause();
    try {
        const names = witnesses.pods().map(({ name }) => name);
        const executed = await untilEqual(witnesses, names);
        await verifyRows(witnesses, names);
        await verifyOneOpen(witnesses, names);
        const reported = errantReports(expected.namespace);
        const lost = vanished(witnesses.executed.values(), executed, reported);
        assert.equal(formatGtidSet(lost), "", "transactions that vanished and aren't reported");
    } finally {
        witnesses.resume();
    }
    verifySamples(witnesses, since, expected.twoOpen);
    verifyReads(witnesses, since, expected.lagBoundSeconds);
    const found = outages(witnesses.writes, since);
    found.forEach((outage) => console.log(`      write outage: ${describeOutage(outage)}`));
}

/** Waits until every server has the same transactions; those. */
export async function untilEqual(witnesses: Witnesses, names: readonly string[]): Promise<string> {
    return until("all servers have the same transactions", 60, async () => {
        const sets = await Promise.all(
            names.map(async (name) => {
                const [row] = await witnesses.ask(name, "SELECT @@global.gtid_executed");
                return (row?.[0] ?? "").replace(/\s/g, "");
            }),
        );
        const [first = ""] = sets;
        return sets.every((set) => set === first) ? found(first) : seen(sets.join(" / "));
    });
}

/** Every acknowledged row on every server, and the same tables. */
async function verifyRows(witnesses: Witnesses, names: readonly string[]): Promise<void> {
    const acknowledged = witnesses.writes.filter(isAcknowledged).length;
    const conditions = ranges(witnesses.writes).map(([a, b]) => `n BETWEEN ${a} AND ${b}`);
    const count = `SELECT COUNT(*) FROM ledger WHERE ${conditions.join(" OR ")}`;
    const tables = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'app'";
    const checksums = new Set<string>();
    for (const name of names) {
        const [row] = await witnesses.ask(name, count);
        assert.equal(Number(row?.[0]), acknowledged, `acknowledged rows on ${name}`);
        const list = (await witnesses.ask(name, `${tables} ORDER BY 1`)).flat();
        const sums = await witnesses.ask(
            name,
            `CHECKSUM TABLE ${list.map((each) => `\`${each}\``).join()}`,
        );
        checksums.add(JSON.stringify(sums));
    }
    assert.equal(checksums.size, 1, [...checksums].join("\n"));
}

async function verifyOneOpen(witnesses: Witnesses, names: readonly string[]): Promise<void> {
    const open: string[] = [];
    for (const name of names) {
        const [row] = await witnesses.ask(name, "SELECT @@global.read_only");
        if (row?.[0] === "0") {
            open.push(name);
        }
    }
    assert.deepEqual(open, [witnesses.primary().name]);
}

function verifySamples(witnesses: Witnesses, since: number, unreached?: Unreached): void {
    const samples = witnesses.samples.filter(({ begin }) => begin >= since);
    const both = twoOpen(samples).filter(
        (each) => unreached === undefined || !isExcused(each, unreached),
    );
    const shown = both.map(
        ({ at, servers: [a, b] }) => `${((at - since) / 1000).toFixed(2)} s: ${a.pod} and ${b.pod}`,
    );
    assert.deepEqual(shown, [], "two servers took writes at one time");
}

function verifyReads(witnesses: Witnesses, since: number, lagBoundSeconds: number): void {
    const reads = witnesses.reads.filter(({ begin }) => begin >= since);
    assert.deepEqual(readsByPrimary(reads), [], "reads that the primary answered");
    const ages = staleness(reads, witnesses.writes);
    assert.ok(ages.length > 0, `none of ${reads.length} reads was answered`);
    const stalest = Math.max(...ages) / 1000;
    assert.ok(stalest <= stalestSeconds(lagBoundSeconds), `a read was ${stalest.toFixed(1)} s old`);
}

export interface ErrantReport {
    readonly pod: string;
    /** server_uuid of the data that was thrown away. */
    readonly server: string;
    readonly directory: string;
    readonly count: number;
    readonly transactions: string;
}

/** What was saved of servers whose data was copied anew, from their volumes. */
export function errantSaved(namespace: string, pods: readonly string[]): ErrantReport[] {
    return pods.flatMap((pod) => {
        const errant = join(claimDirectory(namespace, `data-${pod}`), "errant");
        if (!existsSync(errant)) {
            return [];
        }
        return (
            readdirSync(errant)
                // The last of its files: what has it is complete.
                .filter((server) => existsSync(join(errant, server, "saved")))
                .map((server) => {
                    const directory = join(errant, server);
                    const saved = readFileSync(join(directory, "saved"), "utf8");
                    const [count = "", transactions = ""] = saved.trim().split(" ");
                    return { pod, server, directory, count: Number(count), transactions };
                })
        );
    });
}

/** What was reported once, whatever has become of its volume since. */
const reports = new Set<string>();

function errantReports(namespace: string): string[] {
    for (const pod of Array.from({ length: 15 }, (_, ordinal) => `mysql-${ordinal}`)) {
        try {
            errantSaved(namespace, [pod]).forEach(({ transactions }) => reports.add(transactions));
        } catch {
            continue; // a Pod that never was has no claim
        }
    }
    return [...reports];
}
