/** What the stack's configuration decides. */
export interface Settings {
    /** Name of the StatefulSet; its Pods are `<name>-0` and so on. */
    readonly cluster: string;
    /** A primary that has been silent for so long is replaced. */
    readonly failoverAfterMs: number;
    /** A primary on which no commit gets on for so long, for want of room say, is replaced. */
    readonly stuckAfterMs: number;
    /** A replica that heard its source within this time is a witness that it lives. */
    readonly hearingMs: number;
    /** Replicas whose data is older serve no reads. */
    readonly lagBoundMs: number;
    /** A replica that is further behind is asked to catch up before a switchover begins. */
    readonly switchoverLagMs: number;
    /** A replica that is further behind in receiving isn't waited for: each commit would wait until it has caught up. */
    readonly acknowledgeAgeMs: number;
    /**
     * Until no node sends new readers to a Pod any more that has lost its label: the time of Kubernetes' controllers and of
     * kube-proxy, which gathers changes for up to a second. Nobody is to read from a primary.
     */
    readonly drainMs: number;
    /** A switchover that takes longer is given up, and the old primary goes on. */
    readonly switchoverTimeoutMs: number;
    readonly readsFromPrimary: "never" | "whenAlone";
    /** Whether a server with errant transactions is copied anew; they are saved in its volume before. */
    readonly rebuildErrant: boolean;
}

export const defaultSettings: Settings = {
    cluster: "mysql",
    failoverAfterMs: 3_000,
    stuckAfterMs: 10_000,
    hearingMs: 5_000,
    lagBoundMs: 60_000,
    switchoverLagMs: 1_000,
    acknowledgeAgeMs: 2_500,
    drainMs: 2_000,
    switchoverTimeoutMs: 20_000,
    readsFromPrimary: "never",
    rebuildErrant: true,
};
