import { spawn } from "node:child_process";
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Sandbox } from "../sandbox";
import { stateDirectory } from "../sandbox/build/paths";
import type { Engine } from "../sandbox/engine";
import type { OneRun } from "./oneRun";

// What is measured: runs of the engine on a sandbox of the bench's own.

export const instance = "bench";
export const projectDirectory = join(__dirname, "..");

export type Act = OneRun["act"];

/** A program with a stack. */
export class Project {
    private readonly own: string;

    /** A stack of this repository's program, with the settings of `npm start`. */
    static ofThis(sandbox: Sandbox, engine: Engine): Project {
        const project = new Project("this", projectDirectory, sandbox, engine);
        mkdirSync(project.work, { recursive: true });
        copyFileSync(join(projectDirectory, "Pulumi.yaml"), join(project.work, "Pulumi.yaml"));
        project.configure({});
        return project;
    }

    static empty(sandbox: Sandbox, engine: Engine): Project {
        const directory = join(stateDirectory(instance), "bench/empty/project");
        rmSync(directory, { recursive: true, force: true });
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
        writeFileSync(join(directory, "index.ts"), "export const nothing = true;\n");
        symlinkSync(join(projectDirectory, "node_modules"), join(directory, "node_modules"));
        return new Project("empty", directory, sandbox, engine);
    }

    private constructor(
        name: string,
        private readonly source: string,
        private readonly sandbox: Sandbox,
        private readonly engine: Engine,
    ) {
        this.own = join(stateDirectory(instance), "bench", name);
    }

    private get work(): string {
        return join(this.own, "project");
    }

    /** Sets these beside what every stack here has; what an earlier call set is forgotten. */
    configure(settings: Readonly<Record<string, unknown>>): void {
        const path = join(this.work, "Pulumi.bench.yaml");
        const text = readFileSync(join(projectDirectory, "Pulumi.sandbox.yaml"), "utf8");
        const { config } = parse(text) as { readonly config: Readonly<Record<string, unknown>> };
        const own = Object.entries(settings).map(
            ([key, value]) => [`mysql-nfs:${key}`, value] as const,
        );
        // The stack's key to its secrets, once it has one.
        const { encryptionsalt } = settingsIn(path);
        const all = { ...config, ...Object.fromEntries(own) };
        writeFileSync(path, stringify({ encryptionsalt, config: all }));
    }

    /** Seconds that a run takes, in a process of its own as a user's command is. */
    run(act: Act): Promise<number> {
        const run: OneRun = {
            act,
            projectDirectory: this.source,
            workDirectory: this.work,
            backendDirectory: join(this.own, "backend"),
            kubeconfigPath: this.sandbox.kubeconfigPath,
            engine: this.engine,
        };
        const loader = ["-r", "./commands/typescript.cjs"];
        const program = join(__dirname, "oneRun.ts");
        return timed(process.execPath, [...loader, program, JSON.stringify(run)]);
    }
}

function settingsIn(path: string): { readonly encryptionsalt?: string } {
    return existsSync(path)
        ? (parse(readFileSync(path, "utf8")) as { encryptionsalt?: string })
        : {};
}

/** Seconds that a command takes; fails with what it printed when it fails. */
export function timed(
    program: string,
    args: readonly string[],
    environment: Record<string, string> = {},
): Promise<number> {
    return new Promise((resolve, reject) => {
        const start = performance.now();
        const child = spawn(program, args, {
            cwd: projectDirectory,
            env: { ...process.env, ...environment },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        child.stdout.on("data", (part: Buffer) => (text += part.toString()));
        child.stderr.on("data", (part: Buffer) => (text += part.toString()));
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === 0) {
                resolve((performance.now() - start) / 1000);
            } else {
                reject(new Error(`${program} ${args[0] ?? ""} ended with code ${code}:\n${text}`));
            }
        });
    });
}
