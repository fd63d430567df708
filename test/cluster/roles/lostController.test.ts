import assert from "node:assert/strict";
import { testCluster } from "../support/cluster";
import { cutOff, forceDelete, freezeServer, killServer, lasting } from "../support/faults";
import type { LogLine } from "../support/nodeLogs";
import { killHard, podPrograms } from "../support/processes";
import { controllers, namespace, Scene } from "../support/roles";
import { found, seen, until } from "../support/until";
import { isAcknowledged } from "../support/witnesses/judge";

const hearingMs = 5_000;

describe("a controller that is lost", () => {
    const scene = Scene.set();

    it("by kill -9 at each act of a failover, one controller after the other: the last one ends it", async () => {
        const { witnesses } = scene;
        const since = witnesses.mark();
        const { name, uid } = witnesses.primary();
        /** What each of the dead did last, by its Pod's uid. */
        const deaths = new Map<string, string>();
        const cleared: Promise<void>[] = [];
        await scene.follow("mysql-controller", "controller", (line) => {
            const act = actIn(line);
            // Where one has died already, the next one passes.
            if (act !== undefined && !deaths.has(line.uid) && ![...deaths.values()].includes(act)) {
                deaths.set(line.uid, act);
                killHard(podPrograms(line.uid, "node"));
                cleared.push(clearAway(line.pod));
            }
        });
        const thaw = scene.undoLater(freezeServer(uid));
        await scene.untilPrimaryIsNot(name, 300);
        await thaw();
        await until("it follows", 120, () => {
            const isReplica = witnesses.replicas().some((pod) => pod.name === name && pod.reads);
            return Promise.resolve(isReplica ? found(undefined) : seen("it doesn't"));
        });
        await scene.verify(since, { twoOpen: { uid, until: witnesses.mark() } });
        await Promise.all(cleared);
        console.log(`      killed at ${[...deaths.values()].join(", ")}`);
        assert.ok(deaths.size > 5, `a failover of ${deaths.size} acts`);
    });

    it("by kill -9 of all of them at any moment, over and over while the primary is frozen", async () => {
        const { witnesses } = scene;
        for (const later of [0, 0.3]) {
            const [since, { name, uid }] = [witnesses.mark(), witnesses.primary()];
            const thaw = scene.undoLater(freezeServer(uid));
            for (const seconds of [0.4, 1.3, 2.9]) {
                await lasting(seconds + later);
                for (const pod of await controllers()) {
                    killHard(podPrograms(pod.metadata.uid, "node"));
                }
                await forceDelete(namespace, ...(await controllers()).map((p) => p.metadata.name));
            }
            await scene.untilPrimaryIsNot(name, 60);
            await thaw();
            await scene.verify(since, { twoOpen: { uid, until: witnesses.mark() + hearingMs } });
        }
    });

    it("for good: writes, reads and replication go on, and a replica that restarts or is cut off follows again", async () => {
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
        /** From now on. */
        const untilAnswersReads = (wanted: boolean): Promise<void> => {
            const now = witnesses.mark();
            return until(`${replica.name} answers ${wanted ? "" : "no "}reads`, 30, () => {
                const reads = witnesses.reads.filter(({ begin }) => begin > now).slice(-20);
                const hosts = reads.map(({ host }) => host);
                const isSo = hosts.length === 20 && hosts.includes(replica.name) === wanted;
                return Promise.resolve(isSo ? found(undefined) : seen(hosts.join()));
            });
        };
        await untilAnswersReads(true);
        // How old its data gets until nobody is sent there any more, scene.verify() looks at.
        const heal = scene.undoLater(await cutOff(replica.address));
        await untilAnswersReads(false);
        await heal();
        await untilAnswersReads(true);
        const failed = witnesses.writes.filter((each) => each.begin > since && each.error);
        assert.deepEqual(failed, []);
        assert.equal(witnesses.pod(replica.name).uid, replica.uid);

        await scale(replicas);
        await scene.verify(since);
    });
});

/** What it did, or failed to do, to which Pod: a moment to die at. Undefined in lines about something else. */
function actIn({ text }: LogLine): string | undefined {
    if (!/"message":"act( failed)?"/.test(text)) {
        return undefined;
    }
    const { message, kind, pod, operation, role, reads } = JSON.parse(text) as Record<
        string,
        string
    >;
    const said = [kind, pod, operation, role, reads, message === "act" ? undefined : "failed"];
    return said.filter((word) => word !== undefined).join(" ");
}

/**
 * In its Pod the next one would be started later and later; and the dead hold their Lease for a while, which is the same
 * after each death.
 */
async function clearAway(pod: string): Promise<void> {
    const free = ["--type", "merge", "-p", '{"spec":{"holderIdentity":""}}'];
    const lease = ["patch", "lease", "mysql-controller", "-n", namespace, ...free];
    await Promise.all([forceDelete(namespace, pod), testCluster().kubectl.run(lease)]);
}
