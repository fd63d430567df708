import { act, messageOf } from "./acting";
import type { ClusterWriter } from "./acting";
import { settlement } from "./cluster/settling";
import { decide } from "./decide";
import type { Environment } from "./environment";
import type { Observation } from "./observation";
import type { ClusterReader } from "./observing";
import { observe } from "./observing";
import type { Event, Plan } from "./plan";
import type { Log } from "./service/log";
import type { Reporter } from "./service/reporter";
import type { Servers } from "./servers/servers";
import type { Freshness } from "./freshness";
import type { Readers } from "./readers";

/** Milliseconds between rounds: while all is well, while it isn't, and while something is being done. */
export const pauses = { calm: 1_000, uneasy: 300, busy: 50 };

export interface Parts {
    readonly environment: Pick<Environment, "settings" | "databaseName">;
    readonly cluster: ClusterReader & ClusterWriter;
    readonly servers: Servers;
    readonly readers: Readers;
    readonly freshness: Freshness;
    /** Milliseconds of a clock that nobody sets. */
    readonly now: () => number;
    readonly reporter: Reporter;
    readonly log: Log;
    readonly leads: () => boolean;
}

/** Observes, decides and acts, over and over. */
export class Rounds {
    /** The data in which the application's database is known to be. */
    private databaseIn = "";

    constructor(private readonly parts: Parts) {}

    /** Gives the time until the next round. Throws when something can't be seen: then nothing was decided. */
    async next(): Promise<number> {
        const { environment, cluster, servers, reporter, log, leads } = this.parts;
        const { readers, freshness, now } = this.parts;
        const round = await observe(cluster, servers, readers, freshness, now);
        const { observation, declared } = round;
        const plan = decide(observation, environment.settings, Date.now());
        reporter.tell(observation, plan);
        const tell = (event: Event) => reporter.happened(event);
        const done = await act(plan, round, { cluster, servers, log, mayAct: leads, tell });
        const settled = settlement(declared, observation, plan);
        if (Object.keys(settled).length > 0) {
            await cluster.patchDeclared(settled);
        }
        await this.tellDonors(observation);
        void this.makeDatabase(observation, plan);
        if (done < plan.acts.length) {
            reporter.leftUndone();
        }
        if (done > 0) {
            return pauses.busy;
        }
        return plan.state === "Healthy" ? pauses.calm : pauses.uneasy;
    }

    /** By the truth as it was read: what this round has written of it is told in the next one. */
    private async tellDonors({ truth, servers }: Observation): Promise<void> {
        const waiting = Object.entries(truth?.donors ?? {}).filter(
            ([pod]) => servers[pod]?.answer === "empty",
        );
        await Promise.all(
            waiting.map(([pod, donor]) =>
                this.parts.servers.tellDonor(pod, donor).catch((error: unknown) => {
                    const what = `${pod} can't be told to copy ${donor}`;
                    this.parts.reporter.couldNot(what, messageOf(error));
                }),
            ),
        );
    }

    /**
     * Another name in the configuration makes one database more; the controller is started anew then. Nobody waits for it:
     * it may have to be acknowledged first.
     */
    private async makeDatabase({ truth }: Observation, { state }: Plan): Promise<void> {
        const { servers, environment, reporter } = this.parts;
        const primary = truth?.primary;
        const takesWrites = state === "Healthy" || state === "Degraded";
        if (primary === undefined || !takesWrites || this.databaseIn === primary.uuid) {
            return;
        }
        this.databaseIn = primary.uuid;
        try {
            await servers.makeDatabase(primary.pod, environment.databaseName);
        } catch (error) {
            this.databaseIn = "";
            reporter.couldNot("the application's database can't be made", messageOf(error));
        }
    }
}
