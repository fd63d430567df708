import type { Observation } from "../observation";
import type { Event, Plan } from "../plan";
import type { Log } from "./log";
import type { Metrics } from "./metrics";

/** The same event isn't told again within this time: what lasts would fill the namespace with events. */
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
    }

    happened(events: readonly Event[]): void {
        for (const event of events) {
            const key = withoutTimes(`${event.reason} ${event.message}`);
            const at = this.toldAt.get(key);
            if (at !== undefined && this.now() - at < silenceMs) {
                continue;
            }
            this.toldAt.set(key, this.now());
            this.metrics.count(event);
            this.log.info("event", { ...event });
            this.send(event).catch((error: unknown) => {
                this.log.warn("an Event can't be made", { error: String(error) });
            });
        }
        for (const [key, at] of this.toldAt) {
            if (this.now() - at >= silenceMs) {
                this.toldAt.delete(key);
            }
        }
    }

    /** What a round could do without. */
    couldNot(what: string, error: string): void {
        this.log.warn(what, { error });
    }

    /** A round that ended before anything was decided, or before all was done. */
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
