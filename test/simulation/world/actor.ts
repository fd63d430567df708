import { decide } from "../../../controller/decide";
import type {
    Labels,
    Observation,
    PodSeen,
    ServerSeen,
    Wanted,
} from "../../../controller/observation";
import type { Act, Plan } from "../../../controller/plan";
import type { Settings } from "../../../controller/settings";
import { Readers } from "../../../controller/readers";
import type { Truth } from "../../../controller/truth";
import type { World } from "./world";
import type { SimServer } from "./server";

/** A round in the making: the truth and the Pods first, then one server after the other. */
interface Round {
    readonly truth: Truth | undefined;
    readonly wanted: Wanted;
    readonly pods: Readonly<Record<string, PodSeen>>;
    readonly servers: Record<string, ServerSeen>;
    readonly toAsk: string[];
}

/** A controller that does one small step at a time, so that others act in between and it may die anywhere. */
export class Actor {
    plan: Plan | undefined;
    private round: Round | undefined;
    private acts: Act[] = [];
    private seen: Observation | undefined;
    private readonly readers = new Readers(() => this.world.now);
    private readonly silentSince = new Map<string, number>();
    private readonly boots = new Map<string, number>();

    constructor(
        readonly name: string,
        private readonly world: World,
        private readonly settings: Settings,
    ) {}

    die(): void {
        this.round = undefined;
        this.acts = [];
        this.silentSince.clear();
        this.readers.forget();
    }

    step(): void {
        const act = this.acts.shift();
        if (act !== undefined) {
            const done = this.perform(act);
            if (done && act.event !== undefined) {
                this.world.told.push(act.event.reason);
            }
            if (!done && !("optional" in act)) {
                this.acts = [];
            }
            return;
        }
        if (this.round === undefined) {
            this.round = this.begin();
            return;
        }
        const pod = this.round.toAsk.shift();
        if (pod !== undefined) {
            this.round.servers[pod] = this.ask(pod);
            return;
        }
        this.seen = this.round;
        this.round = undefined;
        this.plan = decide(this.seen, this.settings, this.world.now);
        this.acts = [...this.plan.acts];
    }

    private begin(): Round {
        const { truth, wantedPods, request, pods, servers } = this.world;
        const first = truth?.primary.pod;
        const names = [...servers.keys()].filter((pod) => pods.has(pod));
        return {
            truth,
            wanted: {
                pods: wantedPods,
                ...(request === undefined ? {} : { primary: request }),
            },
            pods: this.readers.add(
                Object.fromEntries([...pods].map(([pod, seen]) => [pod, { ...seen }])),
            ),
            servers: {},
            toAsk: names.sort((one, other) => Number(other === first) - Number(one === first)),
        };
    }

    private ask(pod: string): ServerSeen {
        const { world } = this;
        const server = world.servers.get(pod);
        if (server === undefined || !server.answers || !world.linked(this.name, pod)) {
            const since = this.silentSince.get(pod) ?? world.now;
            this.silentSince.set(pod, since);
            return { answer: "silent", forMs: world.now - since };
        }
        this.silentSince.delete(pod);
        this.boots.set(pod, server.boots);
        return describe(world, server);
    }

    private perform(act: Act): boolean {
        const { world } = this;
        if (act.kind === "writeTruth") {
            const done = world.swapTruth(act.truth, act.replaces);
            world.note(
                `${this.name} writes truth ${act.truth.version}: primary ${act.truth.primary.pod}, acks ${act.truth.acks}/${act.truth.acksSet}, ` +
                    `members ${act.truth.members.map((each) => `${each.pod}${each.leaving ?? ""}`).join(" ")}, ${JSON.stringify(act.truth.operation)} ${done ? "" : "(refused)"}`,
            );
            return done;
        }
        if (act.kind === "setLabels") {
            const seen = this.seen?.pods[act.pod];
            const done =
                seen !== undefined && world.setLabels(act.pod, act.uid, seen.labels, act.labels);
            // What comes next is compared with what this has written.
            if (done) {
                (seen as { labels: Labels }).labels = act.labels;
            }
            return done;
        }
        if (act.kind === "restartPod") {
            return world.restartPod(act.pod, act.uid);
        }
        const server = world.servers.get(act.server.pod);
        if (
            server?.volume === undefined ||
            !server.answers ||
            !world.linked(this.name, server.pod) ||
            server.volume.uuid !== act.server.uuid ||
            server.boots !== this.boots.get(server.pod) ||
            server.fence > act.version
        ) {
            return false;
        }
        server.fence = act.version;
        world.note(`${this.name} does ${act.kind} on ${server.pod} ${JSON.stringify(act)}`);
        return obey(server, act);
    }
}

function describe(world: World, server: SimServer): ServerSeen {
    const { volume } = server;
    if (volume === undefined) {
        return { answer: "empty" };
    }
    const source = world.servers.get(volume.source ?? "");
    const connected = source !== undefined && world.connected(server, source);
    const heardAgoMs = server.heardAt === undefined ? undefined : world.now - server.heardAt;
    // A connection that was cut is noticed late; one to a server that died at once.
    const hopes = source?.up === true && heardAgoMs !== undefined && heardAgoMs < 3_000;
    const missing = source?.volume?.binlog.some((gtid) => !server.has(gtid)) === true;
    return {
        answer: "serving",
        uuid: volume.uuid,
        fence: server.fence,
        readOnly: server.readOnly,
        superReadOnly: server.superReadOnly,
        executed: server.executed(),
        purged: new Map(),
        source: {
            waitsFor: server.waitsFor,
            replicas: world.replicasOf(server).map((each) => each.volume?.uuid ?? ""),
        },
        acknowledges: server.acknowledges,
        appliedAgeMs: 0,
        receivedAgeMs: 0,
        ...(volume.source === undefined
            ? {}
            : {
                  channel: {
                      source: volume.source,
                      receiving: !server.receiving
                          ? "off"
                          : connected || hopes
                            ? "on"
                            : "connecting",
                      applying: server.applying && server.applyError === 0,
                      receiveError: 0,
                      applyError: server.applyError,
                      retrieved: server.retrieved(),
                      lagMs: missing || volume.relay.length > 0 ? 500 : 0,
                      ...(heardAgoMs === undefined ? {} : { heardAgoMs }),
                  },
              }),
    };
}

type OnServer = Exclude<Act, { kind: "writeTruth" | "setLabels" | "restartPod" }>;

function obey(server: SimServer, act: OnServer): boolean {
    const { volume } = server;
    if (volume === undefined) {
        return false;
    }
    switch (act.kind) {
        case "fence":
            server.readOnly = true;
            server.superReadOnly = true;
            server.pending = [];
            return true;
        case "freeze":
            server.receiving = false;
            return true;
        case "startApplier":
            server.applying = true;
            return true;
        case "detach":
            if (volume.relay.length > 0) {
                return false;
            }
            server.receiving = false;
            server.applying = false;
            volume.source = undefined;
            return true;
        case "setSource":
            server.waitsFor = act.acks;
            return true;
        case "open":
            if (server.waitsFor < act.acks) {
                return false;
            }
            server.readOnly = false;
            server.superReadOnly = false;
            return true;
        case "follow":
            if (!server.applying && volume.source !== act.source && volume.relay.length > 0) {
                return false;
            }
            server.heardAt = volume.source === act.source ? server.heardAt : undefined;
            volume.source = act.source;
            server.waitsFor = 0;
            server.acknowledges = act.acknowledge;
            server.receiving = true;
            server.applying = true;
            return true;
        case "setAcknowledge":
            server.acknowledges = act.on;
            return true;
    }
}
