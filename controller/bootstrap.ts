import { includes, isEmpty } from "./gtid";
import { note, planOf } from "./make";
import type { Observation } from "./observation";
import { ordinalOf } from "./observation";
import type { Plan } from "./plan";
import type { Settings } from "./settings";
import type { Truth } from "./truth";
import type { Server } from "./view";
import { idOf, isOpen, servingIn, viewOf } from "./view";

/**
 * The first word of the truth. Either nothing was ever written, and the first Pod begins (its `prepare` has asked all
 * others before it made an empty database); or the truth got lost, and every declared Pod must have said what it holds.
 */
export function bootstrap(seen: Observation, settings: Settings, nowMs: number): Plan {
    const servers = servingIn(seen);
    const choice = choose(seen, settings, servers);
    if (typeof choice === "string") {
        return { state: "Incomplete", reasons: [choice], acts: [], spareFrom: Infinity };
    }
    const truth: Truth = {
        // Above what the servers have obeyed, if there was a truth that got lost.
        version: 1 + Math.max(0, ...servers.map(({ fence }) => fence)),
        term: 1,
        dataExists: true,
        primary: idOf(choice),
        members: [idOf(choice)],
        acks: 0,
        acksSet: 0,
        rebuilds: [],
        donors: {},
    };
    const view = viewOf(seen, truth, settings, nowMs);
    const why = `${choice.pod} begins as the primary`;
    return planOf(view, {
        state: "Incomplete",
        reasons: [why],
        acts: [{ kind: "writeTruth", truth, replaces: 0, event: note("Bootstrap", why) }],
    });
}

function choose(
    seen: Observation,
    settings: Settings,
    servers: readonly Server[],
): Server | string {
    const [first] = servers;
    if (first === undefined) {
        return "no server answers yet";
    }
    if (ordinalOf(first.pod) === 0 && servers.every(({ has }) => isEmpty(has))) {
        return first;
    }
    const silent = Array.from(
        { length: seen.wanted.pods },
        (_, ordinal) => `${settings.cluster}-${ordinal}`,
    ).filter((pod) => (seen.servers[pod]?.answer ?? "silent") === "silent");
    if (silent.length > 0) {
        return `there is data, and nothing says who the primary is: waiting for ${silent.join(", ")} to tell what it holds`;
    }
    const open = servers.filter(isOpen);
    if (open.length > 1) {
        return `${names(open)} take writes, and nothing says which is the primary: set super_read_only on all but one`;
    }
    const able = servers.filter((each) =>
        servers.every((other) => includes(each.executed, other.has)),
    );
    const [best] = [...able].sort(
        (one, other) =>
            Number(isOpen(other)) - Number(isOpen(one)) ||
            ordinalOf(one.pod) - ordinalOf(other.pod),
    );
    if (best === undefined) {
        return `${names(servers)} differ, or haven't applied all yet: each lacks transactions that another holds`;
    }
    return open[0] !== undefined && open[0] !== best
        ? `${open[0].pod} takes writes and lacks what ${best.pod} holds: decide which to keep`
        : best;
}

function names(servers: readonly Server[]): string {
    return servers.map(({ pod }) => pod).join(", ");
}
