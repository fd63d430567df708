import { readCredentials } from "../credentials";
import type { Kubectl } from "../kubectl";
import { found, seen, until } from "../until";
import { isAcknowledged } from "./judge";
import type { LedgerLine, Write } from "./ledger";
import type { SeenPod } from "./podFeed";
import { PodFeed } from "./podFeed";
import { Program } from "./program";
import type { Read } from "./reader";
import type { Answer, Question, Sample, SamplerLine } from "./sampler";

/** Which cluster is watched, and where. */
export interface Watched {
    readonly kubectl: Kubectl;
    /** The sandbox's name. */
    readonly instance: string;
    readonly namespace: string;
    /** @default "mysql" */
    readonly cluster?: string;
}

export interface IdleConnection {
    /** When the server ended it; undefined while it is open. */
    readonly endedAt: () => number | undefined;
}

const database = "app";
const user = "app";
const paces = { ledger: 10, reader: 100, sampler: 100 };
const answerMs = 10_000;

/**
 * They stand beside a cluster and write down what a client sees of it: one writes a ledger through mysql-primary, one
 * reads it through mysql-read, one asks every server ten times a second whether it takes writes.
 */
export class Witnesses {
    /** In the order in which they ended. */
    readonly writes: Write[] = [];
    readonly reads: Read[] = [];
    readonly samples: Sample[] = [];
    /** The last gtid_executed that each server, by its server_uuid, was seen with. */
    readonly executed = new Map<string, string>();

    private readonly waiting = new Map<number, (answer: Answer) => void>();
    private readonly endings = new Map<number, number>();
    private questions = 0;
    private isPaused = false;
    private feed: PodFeed | undefined;
    private readonly programs: Program<object>[] = [];
    private sampler: Program<SamplerLine> | undefined;
    private ledger: Program<LedgerLine> | undefined;

    static async start(watched: Watched): Promise<Witnesses> {
        const witnesses = new Witnesses();
        try {
            await witnesses.begin(watched);
        } catch (error) {
            await witnesses.stop();
            throw error;
        }
        return witnesses;
    }

    private async begin({ kubectl, instance, namespace, cluster = "mysql" }: Watched) {
        const { password } = await readCredentials(kubectl, namespace, cluster);
        const login = { user, password, database };
        const addressOf = async (role: string) => {
            const service = await kubectl.get("service", `${cluster}-${role}`, namespace);
            return String(service?.spec["clusterIP"]);
        };
        this.sampler = await Program.start<SamplerLine>(
            instance,
            { kind: "sampler", login, paceMs: paces.sampler },
            (line) => this.note(line),
        );
        this.programs.push(this.sampler);
        this.feed = await PodFeed.start(kubectl, namespace, cluster, (pods) => this.place(pods));
        this.ledger = await Program.start<LedgerLine>(
            instance,
            {
                kind: "ledger",
                host: await addressOf("primary"),
                login,
                // More than every one that came before has used.
                first: Date.now() * 1000,
                paceMs: paces.ledger,
            },
            (line) => {
                if ("paused" in line) {
                    this.isPaused = true;
                } else {
                    this.writes.push(line);
                }
            },
        );
        this.programs.push(this.ledger);
        await this.untilAcknowledged(10, 60);
        this.programs.push(
            await Program.start<Read>(
                instance,
                {
                    kind: "reader",
                    host: await addressOf("read"),
                    login,
                    paceMs: paces.reader,
                },
                (line) => this.reads.push(line),
            ),
        );
    }

    /** Everything from now on is later than this. */
    mark(): number {
        return performance.timeOrigin + performance.now();
    }

    pods(): readonly SeenPod[] {
        return this.feed?.now() ?? [];
    }

    pod(name: string): SeenPod {
        const pod = this.pods().find((each) => each.name === name && !each.isLeaving);
        if (pod === undefined) {
            throw new Error(`there is no Pod ${name}`);
        }
        return pod;
    }

    /** The one Pod that has the role. */
    primary(): SeenPod {
        const [only, ...others] = this.pods().filter(({ role }) => role === "primary");
        if (only === undefined || others.length > 0) {
            throw new Error(`${others.length + (only === undefined ? 0 : 1)} Pods are the primary`);
        }
        return only;
    }

    replicas(): readonly SeenPod[] {
        return this.pods().filter(({ role }) => role === "replica");
    }

    /** Waits for so many more acknowledged writes. */
    async untilAcknowledged(more: number, seconds: number): Promise<void> {
        const begin = this.writes.length;
        await until(`${more} more acknowledged writes`, seconds, () => {
            const acknowledged = this.writes.slice(begin).filter(isAcknowledged).length;
            const last = this.writes.at(-1);
            return Promise.resolve(
                acknowledged >= more
                    ? found(undefined)
                    : seen(`${acknowledged}, and then ${last?.error ?? "no error"}`),
            );
        });
    }

    /** No write is under way when it is over. */
    async pause(): Promise<void> {
        this.isPaused = false;
        this.ledger?.send({ pause: true });
        await until("the ledger's writer rests", 20, () =>
            Promise.resolve(this.isPaused ? found(undefined) : seen("it writes")),
        );
    }

    resume(): void {
        this.ledger?.send({ pause: false });
    }

    /** Asks one server, by its Pod's address, as the application. */
    async ask(pod: string, statement: string, milliseconds = answerMs): Promise<string[][]> {
        return (await this.question(pod, { statement, milliseconds })).rows;
    }

    /** Opens a connection of the application to one server, which nobody uses. */
    async openIdle(pod: string): Promise<IdleConnection> {
        const asked = { statement: "DO 1", milliseconds: answerMs, stays: true };
        const { id } = await this.question(pod, asked);
        return { endedAt: () => this.endings.get(id) };
    }

    async stop(): Promise<void> {
        this.feed?.stop();
        await Promise.all(this.programs.map((program) => program.stop()));
    }

    private place(pods: readonly SeenPod[]): void {
        const places = pods
            .filter(({ address }) => address !== "")
            .map(({ name, uid, address }) => ({ pod: name, uid, address }));
        this.sampler?.send({ places });
    }

    private async question(pod: string, asked: Omit<Question, "id" | "address">) {
        const id = ++this.questions;
        const { address } = this.pod(pod);
        const { rows, error } = await new Promise<Answer>((resolve) => {
            this.waiting.set(id, resolve);
            this.sampler?.send({ question: { id, address, ...asked } });
        });
        this.waiting.delete(id);
        if (rows === undefined) {
            throw new Error(`${pod}: ${asked.statement.slice(0, 80)}: ${error}`);
        }
        return { id, rows: rows.map((row) => row.map(String)) };
    }

    private note(line: SamplerLine): void {
        if ("id" in line) {
            this.waiting.get(line.id)?.(line);
        } else if ("ended" in line) {
            this.endings.set(line.ended, line.at);
        } else {
            this.samples.push(line);
            this.executed.set(line.server, line.executed);
        }
    }
}
