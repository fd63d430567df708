import { parseGtidSet } from "../../../controller/gtid";
import { decide } from "../../../controller/decide";
import type {
    Channel,
    Observation,
    PodSeen,
    ServerSeen,
    ServingServer,
    Wanted,
} from "../../../controller/observation";
import type { Act, Plan } from "../../../controller/plan";
import type { Settings } from "../../../controller/settings";
import { defaultSettings } from "../../../controller/settings";
import type { Truth } from "../../../controller/truth";
import { uuidOf } from "./server";

/** mysql-0 has made 100 transactions. */
export const all = `${uuidOf(1)}:1-100`;
export const fewer = `${uuidOf(1)}:1-90`;
export const now = 1_000_000;

export function uuid(ordinal: number): string {
    return uuidOf(ordinal + 1);
}

export function id(ordinal: number): { pod: string; uuid: string } {
    return { pod: `mysql-${ordinal}`, uuid: uuid(ordinal) };
}

export type ServingChange = Partial<Omit<ServingServer, "executed" | "purged">> & {
    executed?: string;
    purged?: string;
};

export function channel(change: Partial<Omit<Channel, "retrieved">> & { retrieved?: string } = {}) {
    return {
        source: "mysql-0",
        receiving: "on",
        applying: true,
        receiveError: 0,
        applyError: 0,
        lagMs: 0,
        heardAgoMs: 100,
        ...change,
        retrieved: parseGtidSet(change.retrieved ?? all),
    } satisfies Channel;
}

export function primary(change: ServingChange = {}): ServingServer {
    return {
        answer: "serving",
        uuid: uuid(0),
        fence: 7,
        readOnly: false,
        superReadOnly: false,
        source: { waitsFor: 1, replicas: [uuid(1), uuid(2)] },
        acknowledges: false,
        appliedAgeMs: 0,
        receivedAgeMs: 0,
        ...change,
        executed: parseGtidSet(change.executed ?? all),
        purged: parseGtidSet(change.purged ?? ""),
    };
}

export function replica(ordinal: number, change: ServingChange = {}): ServingServer {
    return primary({
        uuid: uuid(ordinal),
        readOnly: true,
        superReadOnly: true,
        source: { waitsFor: 0, replicas: [] },
        acknowledges: true,
        channel: channel(),
        ...change,
    });
}

export const silent: ServerSeen = { answer: "silent", forMs: 60_000 };

export interface Change {
    truth?: Partial<Truth> | null;
    wanted?: Partial<Wanted>;
    pods?: Record<string, Partial<PodSeen> | null>;
    servers?: Record<string, ServerSeen>;
    settings?: Partial<Settings>;
}

/** A healthy cluster of three, but for the change. */
export function seen({ truth, wanted, pods, servers }: Change = {}): Observation {
    const labels = (ordinal: number): PodSeen["labels"] =>
        ordinal === 0 ? { role: "primary", reads: false } : { role: "replica", reads: true };
    const podsSeen = Object.fromEntries(
        [0, 1, 2].map((ordinal): [string, PodSeen] => [
            `mysql-${ordinal}`,
            {
                uid: `uid-${ordinal}`,
                ready: true,
                deleting: false,
                outdated: false,
                labels: labels(ordinal),
                readsForMs: 60_000,
            },
        ]),
    );
    for (const [pod, change] of Object.entries(pods ?? {})) {
        if (change === null) {
            delete podsSeen[pod];
        } else {
            const blank = { uid: `uid-of-${pod}`, ready: true, deleting: false, outdated: false };
            const none = { role: undefined, reads: false };
            const before = podsSeen[pod];
            podsSeen[pod] = { labels: none, ...blank, readsForMs: 60_000, ...before, ...change };
        }
    }
    return {
        truth:
            truth === null
                ? undefined
                : {
                      version: 7,
                      term: 3,
                      dataExists: true,
                      primary: id(0),
                      members: [id(0), id(1), id(2)],
                      acks: 1,
                      acksSet: 1,
                      rebuilds: [],
                      donors: {},
                      ...truth,
                  },
        wanted: { pods: 3, ...wanted },
        pods: podsSeen,
        servers: { "mysql-0": primary(), "mysql-1": replica(1), "mysql-2": replica(2), ...servers },
    };
}

export function planFor(change: Change = {}): Plan {
    return decide(seen(change), { ...defaultSettings, ...change.settings }, now);
}

/** Each act as one line, to be compared as a whole. */
export function lines(plan: Plan): string[] {
    return plan.acts.map(line);
}

function line(act: Act): string {
    switch (act.kind) {
        case "writeTruth":
            return `truth ${act.truth.version}`;
        case "setLabels": {
            const { role, reads } = act.labels;
            return `label ${act.pod} ${role ?? "nothing"}${reads ? " reads" : ""}`;
        }
        case "restartPod":
            return `restart ${act.pod}`;
        case "setSource":
            return `setSource ${act.server.pod} ${act.acks} @${act.version}`;
        case "follow":
            return `follow ${act.server.pod} -> ${act.source}${act.acknowledge ? " acknowledging" : ""} @${act.version}`;
        case "setAcknowledge":
            return `setAcknowledge ${act.server.pod} ${act.on ? "on" : "off"} @${act.version}`;
        case "fence":
        case "freeze":
        case "startApplier":
        case "detach":
        case "open":
            return `${act.kind} ${act.server.pod} @${act.version}`;
    }
}

export function written(plan: Plan): Truth | undefined {
    return plan.acts.flatMap((act) => (act.kind === "writeTruth" ? [act.truth] : []))[0];
}
