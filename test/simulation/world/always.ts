import * as fc from "fast-check";
import { decide } from "../../../controller/decide";
import type { Observation } from "../../../controller/observation";
import type { Act, Plan } from "../../../controller/plan";
import { defaultSettings } from "../../../controller/settings";
import type { Truth } from "../../../controller/truth";
import type { Server } from "../../../controller/view";
import { servingIn } from "../../../controller/view";
import { observations } from "./arbitrary";

export interface Case {
    readonly seen: Observation;
    readonly plan: Plan;
    readonly truth: Truth;
    readonly servers: readonly Server[];
    readonly primary: Server | undefined;
    /** The truth that the plan writes. */
    readonly next: Truth | undefined;
}

export const now = 100_000;
/** The same clusters each time; SEED=n gives others. */
export const seed = Number(process.env.SEED ?? 1);

/** Thousands of clusters, most of them in a bad way. */
export function always(check: (one: Case) => void, runs = 4000): void {
    fc.assert(
        fc.property(observations, (seen) => {
            const plan = decide(seen, defaultSettings, now);
            if (seen.truth !== undefined) {
                const { truth } = seen;
                const servers = servingIn(seen, truth);
                const primary = servers.find(
                    ({ pod, uuid }) => pod === truth.primary.pod && uuid === truth.primary.uuid,
                );
                check({ seen, plan, truth, servers, primary, next: writes(plan)[0] });
            }
        }),
        { numRuns: runs, seed },
    );
}

export function writes(plan: Plan): Truth[] {
    return plan.acts.flatMap((act) => (act.kind === "writeTruth" ? [act.truth] : []));
}

type OnServer = Extract<Act, { server: unknown }>;

export function onServers(plan: Plan): OnServer[] {
    return plan.acts.flatMap((act) => ("server" in act ? [act] : []));
}

export function changesPrimary({ truth, next }: Case): boolean {
    return next !== undefined && next.term !== truth.term;
}
