import { Counter, Gauge, Registry } from "prom-client";
import { count } from "../gtid";
import type { Observation } from "../observation";
import { defaultSettings } from "../settings";
import { errantOn, viewOf } from "../view";
import type { Event, Plan, State } from "../plan";

const states: readonly State[] = ["Healthy", "Degraded", "Failed", "Lost", "Incomplete"];

/** What /metrics tells. A controller that doesn't lead tells that it doesn't, and nothing about servers. */
export class Metrics {
    readonly registry = new Registry();
    private readonly leader = this.gauge("leader", "1 on the controller that leads");
    private readonly state = this.gauge("state", "1 for the state that the cluster is in", [
        "state",
    ]);
    private readonly term = this.gauge("term", "Raised with each change of primary");
    private readonly role = this.gauge("server_role", "1 for the role that a Pod has", [
        "pod",
        "role",
    ]);
    private readonly up = this.gauge("server_up", "1 when the server answers", ["pod"]);
    private readonly lag = this.gauge("replica_lag_seconds", "How old a replica's data is", [
        "pod",
    ]);
    private readonly waitsFor = this.gauge(
        "semi_sync_acknowledgements",
        "Acknowledgements that a commit waits for; 0 when semi-sync is off",
        ["pod"],
    );
    private readonly acknowledges = this.gauge(
        "semi_sync_replica",
        "1 when a replica acknowledges what it receives",
        ["pod"],
    );
    private readonly copying = this.gauge(
        "copy_progress_percent",
        "How much of a copy a Pod without data has received",
        ["pod", "donor"],
    );
    private readonly errant = this.gauge(
        "errant_transactions",
        "Transactions of a server that the primary doesn't have",
        ["pod"],
    );
    private readonly events = this.counter("events_total", "What happened, by reason", ["reason"]);
    private readonly failedRounds = this.counter(
        "failed_rounds_total",
        "Rounds in which something could not be seen or done",
        [],
    );

    tellLeading(leads: boolean): void {
        this.leader.set(leads ? 1 : 0);
        if (!leads) {
            this.forget();
        }
    }

    tellFailedRound(): void {
        this.failedRounds.inc();
    }

    tell(seen: Observation, plan: Plan): void {
        const { pods, servers, truth } = seen;
        this.forget();
        for (const state of states) {
            this.state.set({ state }, plan.state === state ? 1 : 0);
        }
        this.term.set(truth?.term ?? 0);
        for (const [pod, { labels }] of Object.entries(pods)) {
            for (const role of ["primary", "replica"]) {
                this.role.set({ pod, role }, labels.role === role ? 1 : 0);
            }
        }
        for (const [pod, server] of Object.entries(servers)) {
            this.up.set({ pod }, server.answer === "serving" ? 1 : 0);
            if (server.answer === "serving") {
                this.waitsFor.set({ pod }, server.source.waitsFor);
                this.acknowledges.set({ pod }, server.acknowledges ? 1 : 0);
            }
            if (server.answer === "serving" && server.channel !== undefined) {
                const { receiving, lagMs, heardAgoMs = 0 } = server.channel;
                const ageMs = receiving === "on" ? lagMs : Math.max(lagMs, heardAgoMs);
                this.lag.set({ pod }, ageMs / 1_000);
            }
            if (server.answer === "empty" && server.copying !== undefined) {
                const { donor, percent } = server.copying;
                this.copying.set({ pod, donor }, percent);
            }
        }
        const view = truth && viewOf(seen, truth, defaultSettings, 0);
        for (const server of view?.serving ?? []) {
            this.errant.set({ pod: server.pod }, view ? count(errantOn(view, server)) : 0);
        }
    }

    count({ reason }: Event): void {
        this.events.inc({ reason });
    }

    /** Of Pods that are gone nothing is to be left. */
    private forget(): void {
        for (const each of [
            this.state,
            this.term,
            this.role,
            this.up,
            this.lag,
            this.waitsFor,
            this.acknowledges,
            this.copying,
            this.errant,
        ]) {
            each.reset();
        }
    }

    private gauge(name: string, help: string, labelNames: string[] = []): Gauge {
        return new Gauge({
            name: `mysql_cluster_${name}`,
            help,
            labelNames,
            registers: [this.registry],
        });
    }

    private counter(name: string, help: string, labelNames: string[]): Counter {
        return new Counter({
            name: `mysql_cluster_${name}`,
            help,
            labelNames,
            registers: [this.registry],
        });
    }
}
