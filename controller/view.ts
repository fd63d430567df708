import type { GtidSet } from "./gtid";
import { includes, isEmpty, madeBy, noTransactions, notMadeBy, parseGtidSet } from "./gtid";
import { subtract, union } from "./gtid";
import type { Observation, PodSeen, ServingServer } from "./observation";
import { ordinalOf } from "./observation";
import type { Settings } from "./settings";
import type { Member, ServerId, Truth } from "./truth";

/** An observation with a truth, and what the decisions ask it. */
export interface View {
    readonly truth: Truth;
    readonly seen: Observation;
    readonly settings: Settings;
    readonly nowMs: number;
    /** Servers that answer, in the order of their Pods. */
    readonly serving: readonly Server[];
    /** The server that the truth calls primary, when it answers and still has its data. */
    readonly primary: Server | undefined;
}

export interface Server extends ServingServer {
    readonly pod: string;
    /** What it has applied or can apply. */
    readonly has: GtidSet;
    /** The member of the truth that it is. */
    readonly member: Member | undefined;
    readonly seenPod: PodSeen | undefined;
}

export function viewOf(seen: Observation, truth: Truth, settings: Settings, nowMs: number): View {
    const serving = servingIn(seen, truth);
    return {
        truth,
        seen,
        settings,
        nowMs,
        serving,
        primary: serving.find(
            ({ pod, uuid }) => pod === truth.primary.pod && uuid === truth.primary.uuid,
        ),
    };
}

export function servingIn(seen: Observation, truth?: Truth): Server[] {
    return Object.entries(seen.servers)
        .flatMap(([pod, server]) =>
            server.answer === "serving"
                ? [
                      {
                          ...server,
                          pod,
                          has: union(server.executed, server.channel?.retrieved ?? noTransactions),
                          member: truth?.members.find(
                              (each) => each.pod === pod && each.uuid === server.uuid,
                          ),
                          seenPod: seen.pods[pod],
                      },
                  ]
                : [],
        )
        .sort((one, other) => ordinalOf(one.pod) - ordinalOf(other.pod));
}

export function idOf({ pod, uuid }: ServerId): ServerId {
    return { pod, uuid };
}

export function isPrimary({ truth }: View, { pod, uuid }: ServerId): boolean {
    return pod === truth.primary.pod && uuid === truth.primary.uuid;
}

/** Takes writes, as far as the server itself is concerned. */
export function isOpen(server: ServingServer): boolean {
    return !server.readOnly;
}

export function appliedAll({ executed, has }: Server): boolean {
    return includes(executed, has);
}

/** Without what is known not to belong to the cluster's history. */
export function rightful({ has, member }: Server): GtidSet {
    return member?.errant === undefined ? has : subtract(has, parseGtidSet(member.errant));
}

/**
 * What a server has applied and the primary doesn't have. The primary's own transactions are left out: they are the
 * ones made since it was asked, or the primary is `behind`, which isn't the replica's fault.
 */
export function errantOn(view: View, server: Server): GtidSet {
    return lackingOn(view, server, server.executed);
}

/** The same of what it has received as well: errant as soon as it is applied. */
export function strangeTo(view: View, server: Server): GtidSet {
    return lackingOn(view, server, server.has);
}

function lackingOn({ primary }: View, { pod }: Server, transactions: GtidSet): GtidSet {
    return primary === undefined || primary.pod === pod
        ? noTransactions
        : notMadeBy(subtract(transactions, primary.has), primary.uuid);
}

/** Transactions that the primary made and has lost. */
export function primaryLacks({ primary }: View, server: Server): boolean {
    return (
        primary !== undefined && !isEmpty(subtract(madeBy(server.has, primary.uuid), primary.has))
    );
}

export function inRange({ seen }: View, pod: string): boolean {
    return ordinalOf(pod) < seen.wanted.pods;
}

/** How many acknowledgements make a majority of the declared Pods, or of the members while there are fewer. */
export function wantedAcks(pods: number, members: number): number {
    return Math.min(Math.floor(pods / 2), Math.floor(members / 2));
}
