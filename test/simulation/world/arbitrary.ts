import * as fc from "fast-check";
import { parseGtidSet } from "../../../controller/gtid";
import type {
    Channel,
    Observation,
    PodSeen,
    ServerSeen,
    ServingServer,
} from "../../../controller/observation";
import type { Member, Operation, Rebuild, Truth } from "../../../controller/truth";
import { uuidOf } from "./server";

const podOf = (ordinal: number) => `mysql-${ordinal}`;
const uuids = Array.from({ length: 5 }, (_, ordinal) => uuidOf(ordinal + 1));
const others = uuids.map((_, ordinal) => uuidOf(ordinal + 11));

/** A history made by two primaries, up to some point, and now and then something that is nobody else's. */
function history(ordinal: number): fc.Arbitrary<string> {
    return fc
        .record({
            first: fc.constantFrom(10, 9, 8),
            second: fc.constantFrom(0, 0, 1, 2),
            errant: fc.constantFrom(0, 0, 0, 0, 1),
        })
        .map(({ first, second, errant }) =>
            [
                `${uuidOf(1)}:1-${first}`,
                second === 0 ? "" : `${uuidOf(2)}:1-${second}`,
                errant === 0 ? "" : `${uuidOf(ordinal + 1)}:77`,
            ].join(","),
        );
}

const channel: fc.Arbitrary<Channel> = fc.record({
    source: fc.integer({ min: 0, max: 2 }).map(podOf),
    receiving: fc.constantFrom("on", "on", "connecting", "off"),
    applying: fc.constantFrom(true, true, false),
    receiveError: fc.constantFrom(0, 0, 0, 2003, 13114),
    applyError: fc.constantFrom(0, 0, 0, 0, 1062, 1205),
    retrieved: history(0).map(parseGtidSet),
    lagMs: fc.constantFrom(0, 0, 500, 100_000),
    heardAgoMs: fc.constantFrom(undefined, 0, 4_000, 6_000, 100_000),
});

function serving(ordinal: number): fc.Arbitrary<ServingServer> {
    return fc
        .record({
            uuid: fc.constantFrom(uuids[ordinal], uuids[ordinal], uuids[ordinal], others[ordinal]),
            fence: fc.constantFrom(5, 5, 4),
            mode: fc.constantFrom("super", "super", "super", "readOnly", "open"),
            executed: history(ordinal).map(parseGtidSet),
            purged: fc.constantFrom("", "", `${uuidOf(1)}:1-9`).map(parseGtidSet),
            waitsFor: fc.integer({ min: 0, max: 2 }),
            replicas: fc.subarray([...uuids, ...others]),
            acknowledges: fc.boolean(),
            channel: fc.option(channel, { nil: undefined }),
            appliedAgeMs: fc.constantFrom(0, 0, 0, 61_000, undefined),
            receivedAgeMs: fc.constantFrom(0, 0, 0, 61_000, undefined),
            stuckForMs: fc.constantFrom(undefined, undefined, undefined, 60_000),
            copies: fc.constantFrom(0, 0, 1),
        })
        .map(({ mode, waitsFor, replicas, uuid = "", ...rest }) => ({
            ...rest,
            uuid,
            answer: "serving",
            readOnly: mode !== "open",
            superReadOnly: mode === "super",
            source: { waitsFor, replicas },
        }));
}

function server(ordinal: number): fc.Arbitrary<ServerSeen> {
    return fc.oneof(
        { weight: 6, arbitrary: serving(ordinal) },
        {
            weight: 2,
            arbitrary: fc
                .constantFrom(0, 2_000, 10_000, 100_000)
                .map((forMs): ServerSeen => ({ answer: "silent", forMs })),
        },
        { weight: 2, arbitrary: empty(ordinal) },
    );
}

/** Waiting to be told whom to copy, or copying another. */
function empty(ordinal: number): fc.Arbitrary<ServerSeen> {
    const copying = fc
        .constantFrom(...otherPods(ordinal))
        .map((donor) => ({ copying: { donor, percent: 40 } }));
    return fc
        .oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: copying })
        .map((rest) => ({ answer: "empty", ...rest }));
}

function otherPods(ordinal: number): string[] {
    return uuids.map((_, other) => podOf(other)).filter((each) => each !== podOf(ordinal));
}

function pod(ordinal: number): fc.Arbitrary<PodSeen | undefined> {
    const seen = fc.record({
        uid: fc.constant(`uid-${ordinal}`),
        ready: fc.boolean(),
        deleting: fc.constantFrom(false, false, false, true),
        outdated: fc.constantFrom(false, false, false, true),
        labels: fc.record({
            role: fc.constantFrom<("primary" | "replica" | undefined)[]>(
                "primary",
                "replica",
                undefined,
            ),
            reads: fc.boolean(),
        }),
        readsForMs: fc.constantFrom(0, 60_000, 60_000),
    });
    return fc.option(seen, { nil: undefined, freq: 8 });
}

const operation: fc.Arbitrary<Operation | undefined> = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    {
        weight: 3,
        arbitrary: fc.record({
            kind: fc.constant("failover"),
            cause: fc.constantFrom("gone", "cutOff", "behind", "stuck"),
            sinceMs: fc.constant(0),
            why: fc.constant("the test says so"),
        }),
    },
    {
        weight: 2,
        arbitrary: fc
            .record({ to: fc.constantFrom(1, 2), sinceMs: fc.constantFrom(99_000, 0) })
            .map(({ to, sinceMs }): Operation => ({
                kind: "switchover",
                to: { pod: podOf(to), uuid: uuids[to] ?? "" },
                sinceMs,
                why: "the test says so",
            })),
    },
);

function truthOf(pods: number): fc.Arbitrary<Truth> {
    const member = (ordinal: number): fc.Arbitrary<Member> =>
        fc
            .constantFrom<Partial<Member>[]>({}, {}, {}, { leaving: "asked" }, { leaving: "quiet" })
            .map((rest) => ({ pod: podOf(ordinal), uuid: uuids[ordinal] ?? "", ...rest }));
    return fc
        .record({
            members: fc.tuple(...Array.from({ length: pods }, (_, ordinal) => member(ordinal))),
            acks: fc.integer({ min: 0, max: Math.floor(pods / 2) }),
            more: fc.constantFrom(0, 0, 1),
            operation,
            rebuilds: rebuilds(pods),
            donors: donors(pods),
        })
        .map(({ members, acks, more, operation: pending, ...upkeep }) => {
            const [first = { pod: "mysql-0", uuid: uuidOf(1) }] = members;
            return {
                version: 5,
                term: 2,
                dataExists: true,
                primary: { pod: first.pod, uuid: first.uuid },
                members: members.map((each, index) =>
                    index === 0 ? { pod: each.pod, uuid: each.uuid } : each,
                ),
                acks,
                acksSet: acks + more,
                ...(pending === undefined ? {} : { operation: pending }),
                ...upkeep,
            };
        });
}

/** One at a time, and never the primary's. */
function rebuilds(pods: number): fc.Arbitrary<Rebuild[]> {
    return fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.constantFrom(true, false, false))
        .map(([ordinal, isDone, is]) => {
            const uuid = (isDone ? others : uuids)[ordinal] ?? "";
            return is && ordinal < pods
                ? [{ pod: podOf(ordinal), uuid, why: "the test says so" }]
                : [];
        });
}

/** One may be named twice, and be of no use by now. */
function donors(pods: number): fc.Arbitrary<Record<string, string>> {
    const donor = (ordinal: number) => fc.constantFrom(undefined, ...otherPods(ordinal));
    return fc
        .tuple(...Array.from({ length: pods }, (_, ordinal) => donor(ordinal)))
        .map((each) =>
            Object.fromEntries(
                each.flatMap((from, ordinal) =>
                    from === undefined ? [] : [[podOf(ordinal), from]],
                ),
            ),
        );
}

/** A cluster in whatever state, likely or not. */
export const observations: fc.Arbitrary<Observation> = fc
    .integer({ min: 1, max: 5 })
    .chain((pods) =>
        fc.record({
            truth: fc.option(truthOf(pods), { nil: undefined, freq: 12 }),
            wanted: fc.record({
                pods: fc.constantFrom(pods, pods, pods, 1, 2, 3),
                primary: fc.constantFrom(undefined, undefined, {
                    pod: "mysql-1",
                    request: "one",
                }),
            }),
            pods: fc.tuple(...Array.from({ length: pods }, (_, ordinal) => pod(ordinal))),
            servers: fc.tuple(...Array.from({ length: pods }, (_, ordinal) => server(ordinal))),
        }),
    )
    .map(({ pods, servers, ...rest }) => ({
        ...rest,
        pods: Object.fromEntries(
            pods.flatMap((each, ordinal) => (each === undefined ? [] : [[podOf(ordinal), each]])),
        ),
        // What isn't there doesn't answer.
        servers: Object.fromEntries(
            servers.flatMap((each, ordinal) =>
                pods[ordinal] === undefined ? [] : [[podOf(ordinal), each]],
            ),
        ),
    }))
    .chain((seen) => fc.boolean().map((calm) => structuredClone(calm ? soothed(seen) : seen)));

/** The same with a primary that takes writes and replicas that follow it: else hardly one in a hundred would. */
function soothed(seen: Observation): Observation {
    if (seen.truth === undefined) {
        return seen;
    }
    const { operation, ...truth } = seen.truth;
    void operation;
    const servers = Object.entries(seen.servers).map(([pod, server]): [string, ServerSeen] => {
        if (server.answer !== "serving") {
            return [pod, server];
        }
        const { waitsFor, replicas } = server.source;
        return pod === "mysql-0"
            ? [
                  pod,
                  {
                      ...server,
                      uuid: truth.primary.uuid,
                      readOnly: false,
                      superReadOnly: false,
                      channel: undefined,
                      stuckForMs: undefined,
                      source: { waitsFor: Math.max(waitsFor, truth.acks), replicas },
                  },
              ]
            : [
                  pod,
                  {
                      ...server,
                      readOnly: true,
                      superReadOnly: true,
                      purged: new Map(),
                      channel: {
                          source: "mysql-0",
                          receiving: "on",
                          applying: true,
                          receiveError: 0,
                          applyError: 0,
                          retrieved: new Map(),
                          lagMs: server.channel?.lagMs ?? 0,
                          heardAgoMs: 0,
                      },
                  },
              ];
    });
    return { ...seen, truth, servers: Object.fromEntries(servers) };
}
