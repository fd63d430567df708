import { spawn } from "node:child_process";
import { testCluster } from "./cluster";
import { passwordOf, readPassword } from "./mysql";
import { found, seen, until } from "./until";

// A client that goes on through every failure: one line for each try, "ok <answer>" or "no <error>".
// %n in the statement counts up. It ends when nobody reads its lines any more.
const loop = `${readPassword}
host=$1; statement=$2; n=0
while :; do
    n=$((n + 1))
    if answer=$(mysql --defaults-extra-file=<(options) --batch --skip-column-names --connect-timeout=2 --host="$host" --user=app app \
        --execute="\${statement//%n/$n}" 2>&1); then
        echo "ok $n $answer" || exit
    else
        echo "no $n $answer" || exit
    fi
    sleep 0.05
done`;

/** What one try of a client came to. */
export interface Try {
    readonly number: number;
    readonly succeeded: boolean;
    readonly answer: string;
}

/** An application's client in a Pod, running one statement over and over. */
export class LoopingClient {
    private text = "";
    private readonly child;
    private readonly ended: Promise<void>;

    static async start(
        namespace: string,
        pod: string,
        host: string,
        statement: string,
    ): Promise<LoopingClient> {
        return new LoopingClient(
            namespace,
            pod,
            host,
            statement,
            await passwordOf(namespace, "app", pod),
        );
    }

    private constructor(
        namespace: string,
        pod: string,
        host: string,
        statement: string,
        password: string,
    ) {
        const { kubectl, sandbox } = testCluster();
        this.child = spawn(
            kubectl.program,
            [
                ...["--kubeconfig", sandbox.kubeconfigPath, "exec", "-i", "-n", namespace, pod],
                ...["-c", "mysqld", "--", "bash", "-c", loop, "loop", host, statement],
            ],
            { stdio: ["pipe", "pipe", "ignore"] },
        );
        this.child.stdin.write(`${password}\n`);
        this.child.stdout.on("data", (part: Buffer) => {
            this.text += part.toString();
        });
        this.ended = new Promise((resolve) => this.child.on("close", () => resolve()));
    }

    tries(): Try[] {
        return [...this.text.matchAll(/^(ok|no) (\d+) (.*)\n/gm)].map(
            ([, mark, number, answer]) => ({
                number: Number(number),
                succeeded: mark === "ok",
                answer: answer ?? "",
            }),
        );
    }

    /** Waits for so many more tries that succeeded. */
    async untilSucceeded(more: number, seconds: number): Promise<void> {
        const count = () => this.tries().filter(({ succeeded }) => succeeded).length;
        const wanted = count() + more;
        await until(`${more} more answers to the client`, seconds, () => {
            const last = this.tries().at(-1);
            const state = `${count()} of ${wanted}, the last try: ${last?.answer ?? "none"}`;
            return Promise.resolve(count() >= wanted ? found(undefined) : seen(state));
        });
    }

    async stop(): Promise<Try[]> {
        this.child.kill();
        await this.ended;
        return this.tries();
    }
}
