import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { forceDelete, freezeServer, killServer } from "../support/faults";
import type { LogLine } from "../support/nodeLogs";
import { killHard, podPrograms } from "../support/processes";
import { namespace, Scene } from "../support/roles";
import { found, seen, until } from "../support/until";
import { isAcknowledged, readsByPrimary, staleness } from "../support/witnesses/judge";

/** A failover has fewer acts. */
const mostActs = 20;
const hearingMs = 5_000;

describe("a controller that is lost", () => {
    const scene = Scene.set();

    /** Freezes the primary, and kills the controller at its nth line about what it does; says at which. */
    async function failOverKillingAt(nth: number): Promise<string | undefined> {
        const { witnesses } = scene;
        const { name, uid } = witnesses.primary();
        let seenLines = 0;
        let victim: LogLine | undefined;
        const log = await scene.follow("mysql-controller", "controller", (line) => {
            if (isAboutActs(line) && ++seenLines === nth) {
                victim = line;
                killHard(podPrograms(line.uid, "node"));
            }
        });
        const thaw = scene.undoLater(freezeServer(uid));
        await scene.untilPrimaryIsNot(name, 60);
        await thaw();
        log.stop();
        if (victim !== undefined) {
            // In its Pod the next one would be started later and later.
            await forceDelete(namespace, victim.pod);
        }
        await until("it follows", 60, () => {
            const isReplica = witnesses.replicas().some((pod) => pod.name === name && pod.reads);
            return Promise.resolve(isReplica ? found(undefined) : seen("it doesn't"));
        });
        return victim?.text;
    }

    it("by kill -9 at each act of a failover: the next one ends it", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        for (let nth = 1; nth <= mostActs; nth++) {
            const line = await failOverKillingAt(nth);
            const { message, kind } = JSON.parse(line ?? "{}") as Record<string, string>;
            console.log(`      killed at act ${nth}: ${message ?? "no such act"} ${kind ?? ""}`);
            if (line === undefined) {
                assert.ok(nth > 5, `a failover of ${nth - 1} acts`);
                await scene.verify(since, { twoOpenUntil: witnesses.mark() });
                return;
            }
        }
        assert.fail(`a failover of more than ${mostActs} acts`);
    });

    it("by kill -9 at any moment, over and over while the primary is killed as well", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        for (let round = 0; round < 2; round++) {
            const delays = [400, 1_300, 2_900].map((each) => each + 300 * round);
            const { name, uid } = witnesses.primary();
            const thaw = scene.undoLater(freezeServer(uid));
            for (const delay of delays) {
                await new Promise((resolve) => setTimeout(resolve, delay));
                for (const pod of await controllers()) {
                    killHard(podPrograms(pod.metadata.uid, "node"));
                }
                await forceDelete(namespace, ...(await controllers()).map((p) => p.metadata.name));
            }
            await scene.untilPrimaryIsNot(name, 60);
            await thaw();
            await scene.verify(since, { twoOpenUntil: witnesses.mark() + hearingMs });
        }
    });

    it("for good: writes, reads and replication go on, and a restarted replica follows again", async () => {
        const { kubectl } = testCluster();
        const { witnesses } = scene;
        const deployment = await kubectl.get("deployment", "mysql-controller", namespace);
        const replicas = Number(deployment?.spec["replicas"]);
        const scale = async (to: number): Promise<void> => {
            const args = ["scale", "deployment", "mysql-controller", `--replicas=${to}`];
            await kubectl.run([...args, "-n", namespace]);
        };
        scene.undoLater(() => scale(replicas));
        await scale(0);
        await until("no controller runs", 60, async () => {
            const left = await controllers();
            return left.length === 0 ? found(undefined) : seen(`${left.length} of them`);
        });

        const since = witnesses.mark();
        const [replica] = witnesses.replicas();
        assert.ok(replica !== undefined);
        killServer(replica.uid);
        await witnesses.untilAcknowledged(200, 30);
        await until(`${replica.name} has what was written meanwhile`, 60, async () => {
            const newest = witnesses.writes.findLast(isAcknowledged)?.n ?? 0;
            const [row] = await witnesses.ask(
                replica.name,
                `SELECT COUNT(*) FROM ledger WHERE n = ${newest}`,
            );
            return row?.[0] === "1" ? found(undefined) : seen("it hasn't");
        });
        await until(`${replica.name} answers reads again`, 30, () => {
            const reads = witnesses.reads.slice(-50).map(({ host }) => host);
            return Promise.resolve(
                reads.includes(replica.name) ? found(undefined) : seen(reads.join()),
            );
        });
        const failed = witnesses.writes.filter((each) => each.begin > since && each.error);
        assert.deepEqual(failed, []);
        const reads = witnesses.reads.filter(({ begin }) => begin > since);
        assert.deepEqual(readsByPrimary(reads), []);
        assert.ok(Math.max(...staleness(reads, witnesses.writes)) < 10_000);
        assert.equal(witnesses.pod(replica.name).uid, replica.uid);

        await scale(replicas);
        await scene.verify(since);
    });
});

/** Each act that is done, or failed, is a moment to die at. */
function isAboutActs({ text }: LogLine): boolean {
    return /"message":"act( failed)?"/.test(text);
}

async function controllers() {
    const pods = await testCluster().kubectl.list("pods", "-n", namespace);
    return pods.filter(({ metadata }) => metadata.name.startsWith("mysql-controller-"));
}
