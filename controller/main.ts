import { messageOf } from "./acting";
import { KubernetesCluster } from "./cluster/kubernetes";
import { Leadership } from "./cluster/lease";
import { passwordReader, readEnvironment } from "./environment";
import { pauses, Rounds } from "./rounds";
import { Servers } from "./servers/servers";
import { serve } from "./service/http";
import { jsonLog, withoutRepeats } from "./service/log";
import { Metrics } from "./service/metrics";
import { Freshness } from "./freshness";
import { Readers } from "./readers";
import { Reporter } from "./service/reporter";

const port = 8080;
const renewEveryMs = 1_000;
/** What is known of servers outlives a Lease that couldn't be renewed for a moment. */
const forgetAfterMs = 10_000;
/** Longer than a round with the longest act. */
const wellMs = 60_000;

const log = withoutRepeats(jsonLog());
const now = () => performance.now();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function main(): Promise<void> {
    const environment = readEnvironment(process.env);
    const { settings, namespace, clusterDomain, identity } = environment;
    const password = passwordReader();
    const metrics = new Metrics();
    const cluster = new KubernetesCluster({ ...environment, cluster: settings.cluster });
    const leadership = new Leadership(identity, cluster, now);
    const servers = new Servers({
        login: { user: "cluster_controller", password: () => password("controller-password") },
        hostOf: (pod) => `${pod}.${settings.cluster}.${namespace}.svc.${clusterDomain}`,
        replicationPassword: () => password("replication-password"),
        now,
    });
    const reporter = new Reporter(log, metrics, (event) => cluster.tell(event));
    const leads = () => leadership.leads;
    const [readers, freshness] = [new Readers(now), new Freshness(now)];
    const seen = { readers, freshness, now };
    const rounds = new Rounds({ environment, cluster, servers, ...seen, reporter, log, leads });

    let [roundAt, ledAt] = [now(), now()];
    const server = serve(port, metrics, () => now() - roundAt < wellMs);
    const stopping = new AbortController();
    process.once("SIGTERM", () => stopping.abort());
    process.once("SIGINT", () => stopping.abort());
    log.info("started", { identity, ...settings });

    const leading = keepLeading(leadership, stopping.signal);
    while (!stopping.signal.aborted) {
        roundAt = now();
        metrics.tellLeading(leads());
        let next = pauses.uneasy;
        if (leads()) {
            next = await rounds.next().catch((error: unknown) => {
                reporter.couldNotSee(messageOf(error));
                return next;
            });
            ledAt = now();
        } else if (now() - ledAt > forgetAfterMs) {
            servers.closeAll();
            readers.forget();
            freshness.forget();
        }
        await pause(next);
    }
    await leading;
    await leadership.release().catch(() => undefined);
    servers.closeAll();
    server.close();
    log.info("stopped");
}

async function keepLeading(leadership: Leadership, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
        const began = now();
        await leadership.renew().catch((error: unknown) => {
            log.warn("the Lease can't be renewed", { error: messageOf(error) });
        });
        await pause(Math.max(0, began + renewEveryMs - now()));
    }
}

main().catch((error: unknown) => {
    log.warn("failed", { error: messageOf(error) });
    process.exitCode = 1;
});
