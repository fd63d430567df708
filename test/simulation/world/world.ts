import { isDeepStrictEqual } from "node:util";
import type { Labels, PodSeen } from "../../../controller/observation";
import { ordinalOf } from "../../../controller/observation";
import type { Truth } from "../../../controller/truth";
import type { Random } from "./random";
import type { Volume } from "./server";
import { SimServer, uuidOf } from "./server";

export interface SimPod extends Omit<PodSeen, "readsForMs"> {
    deleting: boolean;
    outdated: boolean;
    labels: Labels;
    uid: string;
}

/** A cluster on a network that loses links, with a client that writes wherever a write is taken. */
export class World {
    now = 0;
    truth: Truth | undefined;
    wantedPods: number;
    request: { pod: string; request: string } | undefined;
    readonly pods = new Map<string, SimPod>();
    readonly servers = new Map<string, SimServer>();
    /** What the client was told is durable. */
    readonly confirmed = new Set<string>();
    /** What volumes that are no more held: to judge promises by. */
    readonly ghosts: Volume[] = [];
    /** The reasons of all Events. */
    readonly told: string[] = [];
    readonly log: string[] = [];
    private readonly cuts = new Set<string>();
    private made = 0;

    constructor(
        readonly random: Random,
        pods: number,
    ) {
        this.wantedPods = pods;
        this.scale();
        this.server("mysql-0").volume = this.newVolume();
        for (const server of this.servers.values()) {
            server.boot(false);
        }
    }

    note(text: string): void {
        this.log.push(`${this.now}: ${text}`);
    }

    server(pod: string): SimServer {
        const server = this.servers.get(pod);
        if (server === undefined) {
            throw new Error(`there is no ${pod}`);
        }
        return server;
    }

    newVolume(binlog: readonly string[] = []): Volume {
        this.made++;
        const uuid = uuidOf(this.made);
        return { uuid, binlog: [...binlog], relay: [], source: undefined };
    }

    /** Makes the Pods that are missing; takes away those above, but never one that is said to be in use. */
    scale(spareFrom = Infinity): void {
        for (let ordinal = 0; ordinal < this.wantedPods; ordinal++) {
            this.makePod(`mysql-${ordinal}`);
        }
        for (const pod of [...this.pods.keys()]) {
            if (ordinalOf(pod) >= this.wantedPods && ordinalOf(pod) >= spareFrom) {
                this.note(`${pod} is scaled away`);
                this.pods.delete(pod);
                this.server(pod).crash();
            }
        }
    }

    makePod(pod: string): void {
        if (this.pods.has(pod)) {
            return;
        }
        this.made++;
        this.pods.set(pod, {
            uid: `uid-${this.made}`,
            ready: true,
            deleting: false,
            outdated: false,
            labels: { role: undefined, reads: false },
        });
        if (!this.servers.has(pod)) {
            this.servers.set(pod, new SimServer(pod));
        }
    }

    cut(one: string, other: string): void {
        this.cuts.add([one, other].sort().join(" "));
    }

    isolate(one: string): void {
        for (const other of [...this.servers.keys(), "a", "b"]) {
            if (other !== one) {
                this.cut(one, other);
            }
        }
    }

    heal(): void {
        this.cuts.clear();
    }

    linked(one: string, other: string): boolean {
        return !this.cuts.has([one, other].sort().join(" "));
    }

    /** Loses the data for good. */
    wipe(server: SimServer): void {
        server.crash();
        if (server.volume !== undefined) {
            this.ghosts.push(server.volume);
        }
        server.volume = undefined;
        server.applyError = 0;
    }

    /** The Pod with this uid ends and comes back; a server that is to be rebuilt throws its data away. */
    restartPod(pod: string, uid: string): boolean {
        const seen = this.pods.get(pod);
        if (seen?.uid !== uid) {
            return false;
        }
        const server = this.server(pod);
        server.crash();
        this.made++;
        this.pods.set(pod, {
            ...seen,
            uid: `uid-${this.made}`,
            outdated: false,
            deleting: false,
            labels: { role: undefined, reads: false },
        });
        const uuid = server.volume?.uuid;
        if (this.truth?.rebuilds.some((each) => each.pod === pod && each.uuid === uuid)) {
            this.note(`${pod} throws its data away`);
            this.wipe(server);
        }
        return true;
    }

    /** Whether the replica receives from this source now. */
    connected(replica: SimServer, source: SimServer): boolean {
        return (
            replica.serves &&
            source.serves &&
            replica.receiving &&
            replica.volume?.source === source.pod &&
            this.linked(replica.pod, source.pod)
        );
    }

    replicasOf(source: SimServer): SimServer[] {
        return [...this.servers.values()].filter((each) => this.connected(each, source));
    }

    /** One transaction goes to a replica, and an acknowledgement back. */
    receiveOne(replica: SimServer): void {
        const { volume } = replica;
        const source = volume?.source === undefined ? undefined : this.servers.get(volume.source);
        if (
            volume === undefined ||
            source?.volume === undefined ||
            !this.connected(replica, source)
        ) {
            return;
        }
        const { uuid } = source.volume;
        if (volume.binlog.some((gtid) => gtid.startsWith(uuid) && !source.has(gtid))) {
            replica.receiving = false;
            return;
        }
        const next = source.volume.binlog.find((gtid) => !replica.has(gtid));
        if (next !== undefined) {
            volume.relay.push(next);
        }
        // Now or later, as after a new connection: for all that it has received.
        if (replica.acknowledges && this.random.chance(0.9)) {
            for (const { gtid, by } of source.pending) {
                if (replica.has(gtid)) {
                    by.add(replica.pod);
                }
            }
        }
    }

    /** The client hears of what is durable now. */
    confirm(): void {
        for (const server of this.servers.values()) {
            if (server.serves) {
                for (const { gtid } of server.confirmed()) {
                    this.confirmed.add(gtid);
                }
            }
        }
    }

    /** A Pod without data copies the donor that the truth names. */
    copy(pod: string): void {
        const server = this.server(pod);
        const donor = this.servers.get(this.truth?.donors[pod] ?? "");
        if (
            server.answers &&
            server.volume === undefined &&
            donor?.volume !== undefined &&
            donor.serves &&
            this.linked(pod, donor.pod)
        ) {
            server.volume = this.newVolume(donor.volume.binlog);
            server.boot(false);
            this.note(`${pod} is a copy of ${donor.pod} now, ${server.volume.uuid}`);
        }
    }

    tick(): void {
        this.now += 100;
        for (const replica of this.servers.values()) {
            const source = this.servers.get(replica.volume?.source ?? "");
            if (source !== undefined && this.connected(replica, source)) {
                replica.heardAt = this.now;
            }
        }
    }

    swapTruth(truth: Truth, replaces: number): boolean {
        if ((this.truth?.version ?? 0) !== replaces) {
            return false;
        }
        this.truth = truth;
        return true;
    }

    setLabels(pod: string, uid: string, seen: Labels, labels: Labels): boolean {
        const there = this.pods.get(pod);
        if (there?.uid !== uid || !isDeepStrictEqual(there.labels, seen)) {
            return false;
        }
        there.labels = labels;
        return true;
    }
}
