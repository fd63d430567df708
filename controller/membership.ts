import { unfit } from "./fitness";
import { formatGtidSet, includes, isEmpty } from "./gtid";
import { ordinalOf } from "./observation";
import type { Member, ServerId, Truth } from "./truth";
import type { Server, View } from "./view";
import { errantOn, idOf, inRange, isOpen, isPrimary, wantedAcks } from "./view";

/** A change of the truth, and why. */
export interface Change {
    readonly change: Partial<Truth>;
    readonly why: string;
}

/**
 * Who may acknowledge, and how many must. What must never be false: each confirmed commit is on `acks` members and one
 * more. So more members, or a lower count, are written first and done then; fewer members, or a higher count, are done
 * first and written once the members left are seen to hold all that could have been confirmed before.
 *
 * Gives the next change, if any.
 */
export function membershipChange(view: View, primary: Server): Change | undefined {
    return (
        leave(view) ??
        quieten(view) ??
        shrink(view, primary) ??
        grow(view) ??
        confirm(view, primary) ??
        lower(view) ??
        raise(view, primary)
    );
}

/** The first phase of leaving: it is asked to acknowledge no more. Or the reverse, while that is still possible. */
function leave(view: View): Change | undefined {
    const { truth } = view;
    const members = truth.members.map((member): Member => {
        const server = view.serving.find((each) => each.member === member);
        const errant = server === undefined ? member.errant : errantText(view, server);
        const leaves =
            !isPrimary(view, member) && (!inRange(view, member.pod) || errant !== undefined);
        const { pod, uuid } = member;
        return {
            pod,
            uuid,
            ...(leaves ? { leaving: member.leaving ?? "asked" } : {}),
            ...(errant === undefined ? {} : { errant }),
        };
    });
    const changed = members.filter((each, index) => !sameMember(each, truth.members[index]));
    if (changed.length === 0) {
        return undefined;
    }
    const names = changed.map(({ pod, errant }) =>
        errant === undefined ? pod : `${pod} with errant transactions ${errant}`,
    );
    return { change: { members }, why: `members that stay or leave: ${names.join(", ")}` };
}

function errantText(view: View, server: Server): string | undefined {
    const errant = errantOn(view, server);
    return isEmpty(errant) ? undefined : formatGtidSet(errant);
}

function sameMember(one: Member, other: Member | undefined): boolean {
    return one.leaving === other?.leaving && one.errant === other?.errant;
}

/** The second phase: seen to acknowledge no more, and it obeys nobody who would have it do so; or its data is no more. */
function quieten(view: View): Change | undefined {
    const { truth } = view;
    const quiet = truth.members.filter((member) => {
        const server = view.serving.find((each) => each.member === member);
        return (
            member.leaving === "asked" &&
            (server === undefined
                ? isReplaced(view, member)
                : !server.acknowledges && server.fence >= truth.version)
        );
    });
    return quiet.length === 0
        ? undefined
        : {
              change: {
                  members: truth.members.map((member) =>
                      quiet.includes(member) ? { ...member, leaving: "quiet" } : member,
                  ),
              },
              why: `${names(quiet)} acknowledges no more`,
          };
}

/** Its Pod has other data, or none. */
function isReplaced({ seen }: View, { pod, uuid }: Member): boolean {
    const server = seen.servers[pod];
    return server?.answer === "empty" || (server?.answer === "serving" && server.uuid !== uuid);
}

/** The third: those who stay hold all that those who go may have acknowledged. */
function shrink(view: View, primary: Server): Change | undefined {
    const { truth, seen } = view;
    const gone = truth.members.filter((each) => isGone(view, primary, each));
    if (gone.length === 0) {
        return undefined;
    }
    const joining = newcomers(view).filter(({ pod }) => gone.some((each) => each.pod === pod));
    const members = [
        ...truth.members.filter((each) => !gone.includes(each)),
        ...joining.map(idOf),
    ].sort((one, other) => ordinalOf(one.pod) - ordinalOf(other.pod));
    const acks = Math.min(truth.acks, wantedAcks(seen.wanted.pods, members.length));
    const holders = view.serving.filter(
        ({ pod, uuid, has }) =>
            pod !== primary.pod &&
            members.some((each) => each.pod === pod && each.uuid === uuid) &&
            includes(has, primary.executed),
    );
    // One that takes no writes is told to wait before it is opened.
    const waits = !isOpen(primary) || primary.source.waitsFor >= acks;
    return !waits || holders.length < acks
        ? undefined
        : {
              change: { members, acks, acksSet: acks },
              why: `${gone.map(({ pod }) => pod).join(", ")} is a member no more`,
          };
}

function isGone(view: View, primary: Server, member: Member): boolean {
    const { pod, uuid, leaving } = member;
    if (isPrimary(view, member)) {
        return false;
    }
    const server = view.serving.find((each) => each.member === member);
    if (server !== undefined) {
        return leaving === "quiet" && !server.acknowledges;
    }
    if (primary.source.replicas.includes(uuid)) {
        return false;
    }
    if (view.seen.pods[pod] === undefined) {
        return leaving !== undefined;
    }
    if (leaving === "quiet" && isReplaced(view, member)) {
        return true;
    }
    // Other data is in its place, and was when the primary was asked: its own is no more.
    const other = view.serving.find((each) => each.pod === pod);
    return (
        other !== undefined &&
        (isPrimary(view, other) || primary.source.replicas.includes(other.uuid))
    );
}

/** A server joins when it has caught up, and acknowledges from then on. */
function grow(view: View): Change | undefined {
    const joining = newcomers(view);
    return joining.length === 0
        ? undefined
        : {
              change: {
                  members: [...view.truth.members, ...joining.map(idOf)].sort(
                      (one, other) => ordinalOf(one.pod) - ordinalOf(other.pod),
                  ),
              },
              why: `${names(joining)} is a member now`,
          };
}

function newcomers(view: View): Server[] {
    return view.serving.filter(
        (each) =>
            each.member === undefined &&
            !each.acknowledges &&
            !isPrimary(view, each) &&
            unfit(view, each) === undefined,
    );
}

/** The primary waits for more than was promised, and as many members hold all it has: promise it. */
function confirm(view: View, primary: Server): Change | undefined {
    const { truth } = view;
    const { acks, acksSet } = truth;
    const holders = view.serving.filter(
        ({ pod, member, has }) =>
            pod !== primary.pod && member !== undefined && includes(has, primary.executed),
    );
    return acksSet > acks &&
        isOpen(primary) &&
        primary.fence >= truth.version &&
        primary.source.waitsFor >= acksSet &&
        holders.length >= acksSet
        ? {
              change: { acks: acksSet },
              why: `every commit is on ${acksSet} replicas before it is confirmed`,
          }
        : undefined;
}

/** More than a majority of what is declared, or more than was promised and than can acknowledge. */
function lower(view: View): Change | undefined {
    const { truth, seen } = view;
    const target = wantedAcks(seen.wanted.pods, truth.members.length);
    const leaving = truth.members.some((each) => each.leaving !== undefined);
    if (truth.acks > target && !leaving) {
        return {
            change: { acks: target, acksSet: target },
            why: `commits wait for ${target} replicas`,
        };
    }
    return truth.acksSet > truth.acks && acknowledging(view).length < truth.acksSet
        ? {
              change: { acksSet: truth.acks },
              why: `commits wait for ${truth.acks} replicas, since no more acknowledge`,
          }
        : undefined;
}

/** Only when enough of them acknowledge already, so that no commit has to wait. */
function raise(view: View, primary: Server): Change | undefined {
    const { truth, seen, settings } = view;
    const target = wantedAcks(seen.wanted.pods, truth.members.length);
    const majority = Math.floor(seen.wanted.pods / 2) + 1;
    const ready = acknowledging(view).filter(
        ({ uuid, receivedAgeMs = Infinity }) =>
            primary.source.replicas.includes(uuid) && receivedAgeMs <= settings.acknowledgeAgeMs,
    );
    return truth.acksSet < target && truth.members.length >= majority && ready.length >= target
        ? { change: { acksSet: target }, why: `commits are to wait for ${target} replicas` }
        : undefined;
}

function acknowledging(view: View): Server[] {
    return view.serving.filter(
        (each) =>
            each.member !== undefined &&
            each.member.leaving === undefined &&
            each.acknowledges &&
            !isPrimary(view, each),
    );
}

function names(servers: readonly ServerId[]): string {
    return servers.map(({ pod }) => pod).join(", ");
}
