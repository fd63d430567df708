import { ordinalOf } from "../../../controller/observation";
import type { Settings } from "../../../controller/settings";
import { defaultSettings } from "../../../controller/settings";
import { Actor } from "./actor";
import { checkPrimary, checkPromise, checkSafety, checkTold, fail } from "./checks";
import { Random } from "./random";
import type { SimServer } from "./server";
import { World } from "./world";

export interface Scenario {
    readonly seed: number;
    readonly pods: number;
    readonly steps: number;
    /** Whether volumes get lost, the declared number of Pods changes, and switchovers are asked for. */
    readonly wipes?: boolean;
    readonly scales?: boolean;
    /** Pods are taken away at once, in use or not, but for the primary's. */
    readonly abrupt?: boolean;
    readonly switchovers?: boolean;
    readonly faults?: boolean;
}

export interface Outcome {
    readonly confirmed: number;
    readonly term: number;
    readonly steps: number;
    readonly world: World;
}

const settings: Settings = {
    ...defaultSettings,
    failoverAfterMs: 2_000,
    hearingMs: 1_500,
    drainMs: 500,
};

/** Runs a cluster through faults, then heals everything and waits until it is whole. */
export class Simulation {
    readonly world: World;
    readonly actors: readonly Actor[];
    private readonly random: Random;
    /** No second volume is lost before the cluster has got over the first. */
    private whole = false;
    private requests = 0;

    constructor(readonly scenario: Scenario) {
        this.random = new Random(scenario.seed);
        this.world = new World(this.random, scenario.pods);
        this.actors = ["a", "b"].map((name) => new Actor(name, this.world, settings));
    }

    run(): Outcome {
        // It begins whole, as a cluster does that has been there for a while.
        const begun = this.settle(4_000);
        for (let step = 0; step < this.scenario.steps; step++) {
            this.happen();
            if (this.scenario.faults !== false) {
                this.fault();
            }
        }
        this.heal();
        const healed = this.settle(12_000);
        this.compare();
        const { confirmed, truth } = this.world;
        return {
            confirmed: confirmed.size,
            term: truth?.term ?? 0,
            steps: begun + healed,
            world: this.world,
        };
    }

    /** One small thing that is no fault. */
    private happen(): void {
        const { world, random } = this;
        world.tick();
        const server = random.pick([...world.servers.values()]);
        const kind = random.weighted([2, 12, 10, 24, 2]);
        if (kind === 0) {
            this.write();
        } else if (kind === 1 && server !== undefined) {
            world.receiveOne(server);
        } else if (kind === 2 && server !== undefined) {
            server.applyOne();
        } else if (kind === 3) {
            random.pick(this.actors)?.step();
        } else if (kind === 4 && server !== undefined) {
            world.copy(server.pod);
        }
        world.confirm();
        this.check();
    }

    /** A client may find any server that takes writes, whatever the labels say. */
    private write(): void {
        const writable = [...this.world.servers.values()].filter(
            (each) => each.writable && each.pending.length < 3,
        );
        this.random.pick(writable)?.write();
    }

    private check(): void {
        checkSafety(this.world);
        if (this.world.now % 1_000 === 0) {
            checkPrimary(this.world);
            checkPromise(this.world);
        }
    }

    private fault(): void {
        const { world, random, scenario } = this;
        const server = random.pick([...world.servers.values()]);
        if (server === undefined || !random.chance(0.03)) {
            return;
        }
        const faults: [weight: number, happen: () => void][] = [
            [3, () => this.crash(server)],
            [6, () => this.start(server)],
            [2, () => this.freeze(server)],
            [3, () => (server.frozen = false)],
            [2, () => this.cut(server)],
            [3, () => world.heal()],
            [4, () => random.pick(this.actors)?.die()],
            [1, () => this.crashAll()],
            [1, () => this.deletePod(server)],
            [scenario.wipes === true ? 2 : 0, () => this.wipe(server)],
            [scenario.scales === true ? 2 : 0, () => this.scale()],
            [scenario.switchovers === true ? 2 : 0, () => this.ask(server)],
            [1, () => (world.now += 3_000)],
        ];
        faults[random.weighted(faults.map(([weight]) => weight))]?.[1]();
        this.applyScale();
        checkSafety(world);
    }

    private crash(server: SimServer): void {
        this.world.note(`${server.pod} crashes`);
        server.crash();
    }

    private start(server: SimServer): void {
        if (!server.up && this.world.pods.has(server.pod)) {
            this.world.note(`${server.pod} starts`);
            server.boot(this.random.chance(0.5));
        }
    }

    private freeze(server: SimServer): void {
        this.world.note(`${server.pod} freezes`);
        server.frozen = true;
    }

    private cut(server: SimServer): void {
        const { world, random } = this;
        if (random.chance(0.5)) {
            world.note(`${server.pod} is cut off`);
            world.isolate(server.pod);
            return;
        }
        const other = random.pick([...world.servers.keys(), "a", "b"]) ?? "a";
        world.note(`${server.pod} and ${other} are cut off from each other`);
        world.cut(server.pod, other);
    }

    private crashAll(): void {
        this.world.note("all crash");
        for (const each of this.world.servers.values()) {
            each.crash();
        }
    }

    private deletePod(server: SimServer): void {
        const seen = this.world.pods.get(server.pod);
        if (seen !== undefined) {
            this.world.note(`the Pod ${server.pod} is deleted`);
            this.world.restartPod(server.pod, seen.uid);
        }
    }

    private wipe(server: SimServer): void {
        this.whole ||= this.isWhole();
        if (this.whole && (this.world.truth?.acks ?? 0) > 0 && server.volume !== undefined) {
            this.world.note(`${server.pod} loses its volume`);
            this.world.wipe(server);
            this.whole = false;
        }
    }

    private scale(): void {
        this.world.wantedPods = this.random.pick([1, 2, 3, 4, 5]) ?? 3;
        this.world.note(`${this.world.wantedPods} Pods are wanted`);
    }

    /** As a StatefulSet would, told by the controller or not. */
    private applyScale(): void {
        const { world, scenario } = this;
        const primary = ordinalOf(world.truth?.primary.pod ?? "mysql-0");
        const abrupt = scenario.abrupt === true && world.truth?.operation === undefined;
        world.scale(abrupt ? primary + 1 : this.actors[0]?.plan?.spareFrom);
    }

    private ask(server: SimServer): void {
        this.requests++;
        this.world.request = { pod: server.pod, request: `request ${this.requests}` };
        this.world.note(`${server.pod} is asked to be the primary`);
    }

    private heal(): void {
        const { world } = this;
        world.note("everything heals");
        world.heal();
        for (const server of world.servers.values()) {
            server.frozen = false;
            this.start(server);
        }
    }

    /** Without faults, until both controllers find it healthy and there is nothing left to do. */
    private settle(limit: number): number {
        const { world } = this;
        for (let step = 0; step < limit; step++) {
            this.happen();
            this.applyScale();
            for (const server of world.servers.values()) {
                if (!server.up && world.pods.has(server.pod)) {
                    this.start(server);
                }
            }
            if (step % 20 === 0 && this.isWhole()) {
                return step;
            }
        }
        return fail(
            world,
            `not whole after ${limit} steps: ${this.actors.map(({ plan }) => JSON.stringify(plan)).join("\n")}`,
        );
    }

    private isWhole(): boolean {
        const { world } = this;
        const pods = [...world.pods.keys()];
        return (
            this.actors.every(({ plan }) => plan?.state === "Healthy") &&
            pods.length === world.wantedPods &&
            pods.every((pod) => world.server(pod).serves) &&
            world.truth?.members.length === pods.length &&
            world.truth.acks === Math.floor(pods.length / 2) &&
            pods.filter((pod) => world.server(pod).writable).length === 1
        );
    }

    /** No confirmed commit is lost, and all servers come to hold the same. */
    private compare(): void {
        const { world } = this;
        const primary = world.server(world.truth?.primary.pod ?? "");
        for (let round = 0; round < 2_000; round++) {
            for (const pod of world.pods.keys()) {
                world.receiveOne(world.server(pod));
                world.server(pod).applyOne();
            }
        }
        world.confirm();
        checkPrimary(world);
        checkPromise(world);
        checkTold(world);
        for (const pod of world.pods.keys()) {
            const { volume } = world.server(pod);
            if (volume?.binlog.length !== primary.volume?.binlog.length) {
                fail(world, `${pod} and ${primary.pod} hold different transactions`);
            }
            const role = world.pods.get(pod)?.labels.role;
            const expected = pod === primary.pod ? "primary" : "replica";
            if (role !== expected || ordinalOf(pod) >= world.wantedPods) {
                fail(world, `${pod} is labelled ${role}, not ${expected}`);
            }
        }
    }
}
