import type { ServerSeen } from "../observation";
import type { Answer } from "./asking";
import { questionSql, readAnswer } from "./asking";
import type { Login } from "./connection";
import { Session } from "./connection";
import type { ActContext, ServerAct } from "./fencedActs";
import { perform } from "./fencedActs";

/** Where a Pod's server is now. */
export interface Address {
    readonly pod: string;
    readonly uid: string;
    /** Undefined until the Pod has one. */
    readonly ip: string | undefined;
}

export interface ServersOptions {
    readonly login: Login;
    readonly hostOf: (pod: string) => string;
    readonly replicationPassword: () => string;
    readonly now: () => number;
}

/** A server that says nothing for so long is silent in this round. */
const answerTimeoutMs = 1_000;

interface Known {
    readonly address: Address;
    session?: Session;
    answer?: Answer;
}

/** The MySQL servers of the cluster: one connection to each, kept from round to round. */
export class Servers {
    private readonly known = new Map<string, Known>();
    private readonly silentSince = new Map<string, number>();

    constructor(private readonly options: ServersOptions) {}

    /** Forgets what is about Pods that aren't these any more. */
    meet(addresses: readonly Address[]): void {
        for (const [pod, { address, session }] of this.known) {
            const now = addresses.find((each) => each.pod === pod);
            if (now?.uid !== address.uid || now.ip !== address.ip) {
                session?.close();
                this.known.delete(pod);
            }
        }
        for (const address of addresses) {
            if (!this.known.has(address.pod)) {
                this.known.set(address.pod, { address });
            }
        }
        for (const pod of this.silentSince.keys()) {
            if (!this.known.has(pod)) {
                this.silentSince.delete(pod);
            }
        }
    }

    async ask(pod: string): Promise<ServerSeen> {
        const known = this.known.get(pod);
        const askedAt = this.options.now();
        try {
            if (known === undefined) {
                throw new Error(`there is no Pod ${pod}`);
            }
            known.answer = undefined;
            const answer = await this.question(known);
            known.answer = answer;
            this.silentSince.delete(pod);
            return answer.seen;
        } catch {
            known?.session?.close();
            const since = this.silentSince.get(pod) ?? askedAt;
            this.silentSince.set(pod, since);
            return { answer: "silent", forMs: this.options.now() - since };
        }
    }

    private async question(known: Known): Promise<Answer> {
        // A new connection may be to another boot of the server: it is asked before anything is done on it.
        if (known.session?.isOpen !== true) {
            known.session = await this.open(known.address);
        }
        const [row] = await known.session.rows(questionSql, answerTimeoutMs);
        if (row === undefined) {
            throw new Error("no answer");
        }
        return readAnswer(row);
    }

    /** On the connection on which it was seen in this round, or not at all. */
    async perform(act: ServerAct): Promise<void> {
        const { pod, uuid } = act.server;
        const known = this.known.get(pod);
        const seen = known?.answer?.seen;
        if (known?.session?.isOpen !== true || seen?.answer !== "serving") {
            throw new Error(`${pod} doesn't answer any more`);
        }
        if (seen.uuid !== uuid) {
            throw new Error(`${pod} has other data than was decided about`);
        }
        const context: ActContext = {
            open: () => this.open(known.address),
            hostOf: this.options.hostOf,
            replicationPassword: this.options.replicationPassword,
        };
        await perform(known.session, act, context);
    }

    /** Tells a Pod without data which Pod to copy. */
    async tellDonor(pod: string, donor: string): Promise<void> {
        const known = this.known.get(pod);
        const host = `${this.options.hostOf(donor)}:3306`;
        if (
            known?.session !== undefined &&
            known.answer?.seen.answer === "empty" &&
            known.answer.seen.copying === undefined &&
            known.answer.donor !== host
        ) {
            await known.session.run("SET GLOBAL clone_valid_donor_list = ?", answerTimeoutMs, [
                host,
            ]);
        }
    }

    /** The application's database on a server that takes writes; it is never dropped. */
    async makeDatabase(pod: string, database: string): Promise<void> {
        const known = this.known.get(pod);
        if (known === undefined) {
            return;
        }
        // A connection of its own: the statement may have to wait for acknowledgements.
        const session = await this.open(known.address);
        try {
            const there = await session.rows(
                "SELECT 1 FROM information_schema.schemata WHERE schema_name = ?",
                answerTimeoutMs,
                [database],
            );
            if (there.length > 0) {
                return;
            }
            const name = `\`${database.replaceAll("`", "``")}\``;
            await session.run(`CREATE DATABASE IF NOT EXISTS ${name}`, 10_000);
        } finally {
            session.close();
        }
    }

    closeAll(): void {
        for (const { session } of this.known.values()) {
            session?.close();
        }
        this.known.clear();
        this.silentSince.clear();
    }

    private open({ ip, pod }: Address): Promise<Session> {
        return ip === undefined
            ? Promise.reject(new Error(`${pod} has no address yet`))
            : Session.open(ip, this.options.login);
    }
}
