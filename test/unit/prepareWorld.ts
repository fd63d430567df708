import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scripts = join(__dirname, "../../components/mysql/scripts");
const fakes = join(__dirname, "prepareFakes");
// In memory where there is such a place: what prepare.sh syncs takes a disk long, and the tests not.
const base = isWritable("/dev/shm") ? "/dev/shm" : tmpdir();
// npm puts a dozen folders before the usual ones, and each program would be looked for in all of them.
const systemPath = (process.env.PATH ?? "")
    .split(":")
    .filter((folder) => !folder.includes("node_modules"))
    .join(":");

function isWritable(path: string): boolean {
    try {
        fs.accessSync(path, fs.constants.W_OK);
        return true;
    } catch {
        return false;
    }
}

export interface Outcome {
    /** Null when a signal ended it. */
    code: number | null;
    signal: NodeJS.Signals | null;
    lines: string[];
}

/** A Pod's file system and its peers, with stand-ins for MySQL's programs. */
export class World {
    readonly directory = fs.mkdtempSync(join(base, "prepare-"));
    readonly volume = this.make("volume");
    readonly run = this.make("run");
    private readonly bin = this.make("bin");
    private readonly state = this.make("world");

    constructor(readonly pod = "mysql-0") {
        ["mysqld", "mysql", "mysqladmin"].forEach((program) => this.fake(program));
        for (const part of [
            "tmp",
            "topology",
            "declared",
            "credentials",
            "internal",
            "world/peers",
        ]) {
            this.make(part);
        }
        this.write("my.cnf", "");
        this.write("credentials/root-password", "root's");
        this.write("credentials/password", "app's");
        this.write("internal/replication-password", "replication32");
        this.write("internal/clone-password", "clone32");
        this.write("internal/controller-password", "controller32");
        this.peer(pod, "refused");
    }

    private make(name: string): string {
        const path = join(this.directory, name);
        fs.mkdirSync(path, { recursive: true });
        return path;
    }

    /** Puts a stand-in in the way of a program. A link: programs may not run from where the world is. */
    fake(program: string): void {
        fs.symlinkSync(join(fakes, `${program}.sh`), join(this.bin, program));
    }

    write(name: string, content: string | Buffer): void {
        fs.writeFileSync(join(this.directory, name), content);
    }

    /** What a stand-in is to do: see prepareFakes. */
    tell(name: string, content = ""): void {
        this.write(`world/${name}`, content);
    }

    untell(name: string): void {
        fs.rmSync(join(this.state, name));
    }

    peer(pod: string, answer: string): void {
        this.tell(`peers/${pod}`, answer);
    }

    forgetPeer(pod: string): void {
        fs.rmSync(join(this.state, "peers", pod));
    }

    clusterHasHeldData(): void {
        this.write("topology/data-exists", "true");
    }

    declare(pods: number): void {
        this.write("declared/pods", String(pods));
    }

    /** Kills the server that receives copies, as for want of memory. */
    killRecipient(): void {
        process.kill(Number(this.read("run/prepare.sock.pid")), "SIGKILL");
    }

    /** The controller's word whom to copy. */
    nameDonor(pod: string): void {
        this.tell("donor", `${pod}.mysql.db.svc.cluster.local:3306\n`);
    }

    /** Puts a complete data directory on the volume, with one binary log. */
    putData(uuid = "aaaa-1"): void {
        fs.mkdirSync(join(this.volume, "data"));
        this.write("volume/data/auto.cnf", `[auto]\nserver-uuid=${uuid}\n`);
        this.write("volume/data/binlog.000001", "a log");
        this.write("volume/data/binlog.index", "./binlog.000001\n");
    }

    /** The controller's wish that data be copied anew; with what is errant in it, if anything is. */
    wantRebuilt(uuid: string, errant?: string): void {
        this.clusterHasHeldData();
        this.write(`topology/rebuild-${this.pod}`, uuid);
        if (errant !== undefined) {
            this.write(`topology/errant-${this.pod}`, errant);
        }
    }

    wantKept(): void {
        fs.rmSync(join(this.directory, `topology/rebuild-${this.pod}`));
    }

    read(name: string): string {
        return fs.readFileSync(join(this.directory, name), "utf8");
    }

    exists(name: string): boolean {
        return fs.existsSync(join(this.directory, name));
    }

    calls(): string[] {
        return this.exists("world/calls") ? this.read("world/calls").trim().split("\n") : [];
    }

    onVolume(): string[] {
        return fs.readdirSync(this.volume).sort();
    }

    /**
     * Runs a script. `until` ends it, as deleting the Pod would, once it says something that matches; `then` does
     * something each time it says the next of the texts.
     */
    start(
        script = "prepare.sh",
        options: {
            until?: RegExp;
            then?: [RegExp, () => void][];
            uid?: string;
            answerSeconds?: number;
            environment?: NodeJS.ProcessEnv;
        } = {},
    ): Promise<Outcome> {
        const pending = [...(options.then ?? [])];
        const child = spawn(
            "bash",
            ["-c", 'export SCRIPT_PID=$$; exec bash "$0"', join(scripts, script)],
            {
                env: {
                    PATH: `${this.bin}:${systemPath}`,
                    WORLD: this.state,
                    VOLUME: this.volume,
                    CONFIG: join(this.directory, "my.cnf"),
                    RUN: this.run,
                    TEMPORARY: join(this.directory, "tmp"),
                    TOPOLOGY: join(this.directory, "topology"),
                    DECLARED: join(this.directory, "declared"),
                    CREDENTIALS: join(this.directory, "credentials"),
                    INTERNAL_CREDENTIALS: join(this.directory, "internal"),
                    MOST_PODS: "4",
                    RETRY_SECONDS: "0.02",
                    WORD_SECONDS: "0.02",
                    ANSWER_SECONDS: String(options.answerSeconds ?? 2),
                    TICK_SECONDS: "0.02",
                    POD_NAME: this.pod,
                    POD_UID: options.uid ?? "uid-1",
                    POD_NAMESPACE: "db",
                    CLUSTER_NAME: "mysql",
                    CLUSTER_DOMAIN: "cluster.local",
                    APP_DATABASE: "my_app",
                    APP_USER: "app",
                    LAG_BOUND_SECONDS: "60",
                    ...options.environment,
                },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        return new Promise((resolve) => {
            let output = "";
            const take = (chunk: Buffer) => {
                output += chunk.toString();
                if (options.until?.test(output)) {
                    child.kill("SIGTERM");
                }
                if (pending[0]?.[0].test(output)) {
                    pending.shift()?.[1]();
                }
            };
            child.stdout.on("data", take);
            child.stderr.on("data", take);
            child.on("exit", (code, signal) => {
                // Not "close": what the script left running holds the pipes.
                child.stdout.destroy();
                child.stderr.destroy();
                resolve({ code, signal, lines: output.split("\n").filter((line) => line !== "") });
            });
        });
    }

    remove(): void {
        fs.rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
    }
}

/** Makes worlds for one describe(), and removes them after it. */
export function worlds(): (pod?: string) => World {
    const made: World[] = [];
    after(() => made.forEach((each) => each.remove()));
    return (pod) => {
        const world = new World(pod);
        made.push(world);
        return world;
    };
}
