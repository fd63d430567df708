import { brokenBy, isToBeRebuilt } from "./fitness";
import { isEmpty } from "./gtid";
import { fence, follow, setAcknowledge, startApplier } from "./make";
import type { Act } from "./plan";
import type { Server, View } from "./view";
import { appliedAll, errantOn } from "./view";

/** Makes every server that answers, but the primary, a replica of it. */
export function followActs(view: View, primary: Server): Act[] {
    return view.serving
        .filter((each) => each.pod !== primary.pod)
        .flatMap((each) => replicaActs(view, each));
}

function replicaActs(view: View, server: Server): Act[] {
    const { truth } = view;
    const { channel, member } = server;
    // The second phase comes when it is seen to be read-only: by then no application waits for a confirmation.
    if (!server.superReadOnly) {
        return [fence(view, server)];
    }
    const may = member !== undefined && member.leaving === undefined;
    if (
        !may &&
        (server.acknowledges || (member?.leaving === "asked" && server.fence < truth.version))
    ) {
        return [setAcknowledge(view, server, false)];
    }
    if (
        isToBeRebuilt(view, server) ||
        member?.errant !== undefined ||
        !isEmpty(errantOn(view, server)) ||
        brokenBy(view, server) !== undefined
    ) {
        return [];
    }
    if (channel !== undefined && !channel.applying && !appliedAll(server)) {
        // Pointing it elsewhere while its applier stands still would throw away what it has acknowledged.
        return [startApplier(view, server)];
    }
    if (channel?.source !== truth.primary.pod || channel.receiving === "off") {
        return [follow(view, server, may)];
    }
    if (!channel.applying) {
        return [startApplier(view, server)];
    }
    return server.acknowledges === may ? [] : [setAcknowledge(view, server, may)];
}
