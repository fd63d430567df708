import { found, seen, until } from "../until";
import type { Witnesses } from "./witnesses";

/** Every Pod is what it should be, and says so by its labels. */
export async function untilSettled(
    witnesses: Witnesses,
    pods: number,
    seconds: number,
): Promise<void> {
    await until(`${pods} Pods are ready, one of them the primary`, seconds, () => {
        const all = witnesses.pods();
        const state = all.map(
            ({ name, role, reads, isReady, isLeaving }) =>
                `${name} ${role}${reads ? " reads" : ""}${isReady ? "" : " unready"}${isLeaving ? " leaving" : ""}`,
        );
        const fit = all.filter(({ isReady, isLeaving }) => isReady && !isLeaving);
        const primaries = fit.filter(({ role }) => role === "primary");
        const replicas = fit.filter(({ role, reads }) => role === "replica" && reads);
        return Promise.resolve(
            all.length === pods && primaries.length === 1 && replicas.length === pods - 1
                ? found(undefined)
                : seen(state.join(", ")),
        );
    });
}
