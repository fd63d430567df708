import { mysqlDefaults } from "../components/mysql/args";
import type { Sandbox } from "../sandbox";
import type { Progress } from "../sandbox/build/progress";
import type { Engine } from "../sandbox/engine";
import { Kubectl } from "../test/cluster/support/kubectl";
import { killHard, podProcesses } from "../test/cluster/support/processes";
import { found, seen, until } from "../test/cluster/support/until";
import {
    longestGap,
    readsByPrimary,
    stalestSeconds,
    staleness,
} from "../test/cluster/support/witnesses/judge";
import type { SeenPod } from "../test/cluster/support/witnesses/podFeed";
import { untilSettled } from "../test/cluster/support/witnesses/settled";
import { Witnesses } from "../test/cluster/support/witnesses/witnesses";
import { instance, Project } from "./projects";
import type { Result } from "./table";
import { median, percentile } from "./table";

// For how long a writer that goes through mysql-primary has no write acknowledged when the primary changes. It writes a row
// every 10 ms, gives up a write after 2 s and a connection after 0.5 s, and connects anew after 0.15 s.

const namespace = "mysql";
const pods = 3;
const settledSeconds = 180;

interface Cluster {
    readonly project: Project;
    readonly kubectl: Kubectl;
    readonly witnesses: Witnesses;
}

interface Change {
    readonly title: string;
    /** Seconds that 19 of 20 changes stay within. */
    readonly bound: number;
    /** Over when another server, or the same one again, takes writes. */
    readonly make: (cluster: Cluster, primary: SeenPod) => Promise<void>;
    /** What has to be put right for the next one to be like the first. */
    readonly recover: (cluster: Cluster, primary: SeenPod) => Promise<void>;
}

const changes: readonly Change[] = [
    {
        title: "planned switchover by up",
        bound: 2,
        make: async ({ project, witnesses }) => {
            const next = witnesses.replicas()[0]?.name.slice(-1);
            project.configure({ mysqlPrimary: Number(next) });
            await project.run("up");
        },
        recover: () => Promise.resolve(),
    },
    {
        title: "kill -9 of the primary's mysqld",
        bound: 8,
        make: (_, { uid }) => Promise.resolve(killHard(podProcesses(uid, "mysqld"))),
        // A container that ends again and again is started later and later; one of a new Pod is not.
        recover: async ({ kubectl, witnesses }, { name, uid }) => {
            await untilSettled(witnesses, pods, settledSeconds);
            await kubectl.run(["delete", "pod", name, "-n", namespace, "--wait=false"]);
            await untilGone(witnesses, uid);
        },
    },
    {
        title: "loss of the primary's Pod",
        bound: 15,
        make: async ({ kubectl }, { name }) => {
            const force = ["--force", "--grace-period=0", "--wait=false"];
            await kubectl.run(["delete", "pod", name, "-n", namespace, ...force]);
        },
        recover: ({ witnesses }, { uid }) => untilGone(witnesses, uid),
    },
];

export async function measureOutages(
    sandbox: Sandbox,
    engine: Engine,
    progress: Progress,
    runs: number,
): Promise<Result[]> {
    const project = Project.ofThis(sandbox, engine);
    await progress.step("the stack comes up", () => project.run("up"));
    const kubectl = new Kubectl(sandbox);
    const witnesses = await Witnesses.start({ kubectl, instance, namespace });
    const results: Result[] = [];
    for (const change of changes) {
        const times = await progress.step(change.title, (note) =>
            measure(change, { project, kubectl, witnesses }, runs, note),
        );
        results.push(resultOf(change, times));
    }
    await witnesses.stop();
    return [...results, ...readResults(witnesses)];
}

/** What was read through mysql-read all the while. */
function readResults({ reads, writes }: Witnesses): Result[] {
    const ages = staleness(reads, writes).map((age) => age / 1000);
    return [
        {
            title: "reads answered by a primary",
            value: readsByPrimary(reads).length,
            bound: 0,
            unit: "",
            detail: `of ${ages.length} reads`,
        },
        {
            title: "the stalest read",
            value: ages.length === 0 ? NaN : Math.max(...ages),
            bound: stalestSeconds(mysqlDefaults.lagBoundSeconds),
            unit: "s",
            detail: `median ${median(ages).toFixed(2)} s`,
        },
    ];
}

async function measure(
    { make, recover }: Change,
    cluster: Cluster,
    runs: number,
    note: (text: string) => void,
): Promise<number[]> {
    const { witnesses } = cluster;
    const times: number[] = [];
    for (let run = 1; run <= runs; run++) {
        note(`${run} of ${runs}`);
        await untilSettled(witnesses, pods, settledSeconds);
        await witnesses.untilAcknowledged(50, 60);
        const primary = witnesses.primary();
        const since = witnesses.mark();
        await make(cluster, primary);
        await untilChanged(witnesses, since);
        times.push(longestGap(witnesses.writes, since) / 1000);
        await recover(cluster, primary);
    }
    return times;
}

/** Waits until writes are acknowledged again after some that were not. */
async function untilChanged(witnesses: Witnesses, since: number): Promise<void> {
    await until("writes fail and go on", settledSeconds, () => {
        const later = witnesses.writes.filter(({ begin }) => begin > since);
        const last = later.findLastIndex(({ error }) => error !== undefined);
        return Promise.resolve(
            last >= 0 && later.length - last > 50
                ? found(undefined)
                : seen(`${later.length} tries`),
        );
    });
}

async function untilGone(witnesses: Witnesses, uid: string): Promise<void> {
    await until("the Pod has gone", settledSeconds, () =>
        Promise.resolve(
            witnesses.pods().some((pod) => pod.uid === uid)
                ? seen("it is there")
                : found(undefined),
        ),
    );
}

function resultOf({ title, bound }: Change, times: readonly number[]): Result {
    const shown = [median(times), Math.max(...times)].map((time) => time.toFixed(2));
    return {
        title: `${title}: outage of writes, p95`,
        value: percentile(times, 95),
        bound,
        unit: "s",
        detail: `median ${shown[0]} s, longest ${shown[1]} s of ${times.length} runs`,
    };
}
