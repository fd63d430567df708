import type { Observation } from "../observation";
import { warn } from "../make";
import type { Event, Plan } from "../plan";
import type { Log } from "./log";
import type { Metrics } from "./metrics";

/** What recurs isn't told again within this time: it would fill the namespace with Events. */
const silenceMs = 60_000;

/** Tells what the controller sees and does: log, metrics, Kubernetes Events. */
export class Reporter {
    private told = "";
    private unseen = "";
    private readonly toldAt = new Map<string, number>();

    constructor(
        private readonly log: Log,
        private readonly metrics: Metrics,
        private readonly send: (event: Event) => Promise<void>,
        private readonly now: () => number = () => Date.now(),
    ) {}

    /** Of each round; the log has it only when it is another than before. */
    tell(observation: Observation, plan: Plan): void {
        this.metrics.tell(observation, plan);
        this.unseen = "";
        const { state, reasons } = plan;
        const text = withoutTimes(JSON.stringify({ state, reasons }));
        if (text !== this.told) {
            this.told = text;
            this.log.info("state", { state, reasons });
        }
        if (state === "Lost") {
            const message = `nothing is done: ${reasons.join("; ")}`;
            this.happened({ ...warn("Lost", message), recurs: true });
        }
    }

    happened(event: Event): void {
        const { type, reason, message, recurs } = event;
        if (recurs === true && this.wasJustTold(`${reason} ${message}`)) {
            return;
        }
        this.metrics.count(event);
        this.log.info("event", { type, reason, message });
        this.send(event).catch((error: unknown) => {
            this.log.warn("an Event can't be made", { error: String(error) });
        });
    }

    private wasJustTold(text: string): boolean {
        const now = this.now();
        for (const [key, at] of this.toldAt) {
            if (now - at >= silenceMs) {
                this.toldAt.delete(key);
            }
        }
        const key = withoutTimes(text);
        const told = this.toldAt.has(key);
        if (!told) {
            this.toldAt.set(key, now);
        }
        return told;
    }

    /** What a round could do without. */
    couldNot(what: string, error: string): void {
        this.log.warn(what, { error });
    }

    /** A round in which an act failed, or could not be begun; the log has it by then. */
    leftUndone(): void {
        this.metrics.tellFailedRound();
    }

    /** A round that ended before anything was decided, or after its acts. */
    couldNotSee(error: string): void {
        this.metrics.tellFailedRound();
        if (error !== this.unseen) {
            this.unseen = error;
            this.told = "";
            this.log.warn("round failed", { error });
        }
    }
}

/** How long something has lasted, or how far it is, makes it no other thing. */
function withoutTimes(text: string): string {
    return text.replace(/\b\d+ (s|%)(?!\w)/g, "$1");
}
