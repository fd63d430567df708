import { spawn } from "node:child_process";

export interface RunOptions {
    directory?: string;
    environment?: NodeJS.ProcessEnv;
    /** Written to the command's standard input. */
    input?: string;
    /** Called with each line of standard error, for progress. */
    onLine?: (line: string) => void;
    /** Where a file is the source of standard input. */
    inputDescriptor?: number;
}

/** Debian packages that hold the commands the sandbox calls on the machine itself. */
const packageOfCommand: Record<string, string> = {
    "apt-get": "apt",
    "apt-cache": "apt",
    "apt-config": "apt",
    chroot: "coreutils",
    dpkg: "dpkg",
    "dpkg-deb": "dpkg",
    flock: "util-linux",
    ip: "iproute2",
    nsenter: "util-linux",
    tar: "tar",
    unshare: "util-linux",
};

const errorLines = 12;

/** A command that ran and failed. */
export class CommandError extends Error {
    override readonly name = "CommandError";
    constructor(
        message: string,
        readonly exitCode: number | null,
        readonly standardError: string,
    ) {
        super(message);
    }
}

/** Runs a command without a shell and returns its standard output. */
export function run(
    command: string,
    args: readonly string[],
    options: RunOptions = {},
): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, {
            cwd: options.directory,
            env: options.environment,
            stdio: [options.inputDescriptor ?? "pipe", "pipe", "pipe"],
        });
        let output = "";
        let pending = "";
        const tail: string[] = [];
        const keep = (line: string) => {
            tail.push(line);
            if (tail.length > errorLines) {
                tail.shift();
            }
            options.onLine?.(line);
        };
        child.stdout?.setEncoding("utf8").on("data", (text: string) => {
            output += text;
        });
        child.stderr?.setEncoding("utf8").on("data", (text: string) => {
            const lines = (pending + text).split("\n");
            pending = lines.pop() ?? "";
            lines.forEach(keep);
        });
        child.on("error", (error) => {
            reject(missingCommand(command, error));
        });
        child.on("close", (code, signal) => {
            if (pending !== "") {
                keep(pending);
            }
            if (code === 0) {
                resolve(output);
                return;
            }
            const how = code === null ? `was ended by ${signal}` : `failed with code ${code}`;
            const said = tail.join("\n").trim();
            const message = `${[command, ...args.slice(0, 3)].join(" ")} ${how}`;
            reject(new CommandError(said === "" ? message : `${message}:\n${said}`, code, said));
        });
        // A command may end without reading its input; that is its own affair.
        child.stdin?.on("error", () => undefined);
        child.stdin?.end(options.input ?? "");
    });
}

function missingCommand(command: string, error: NodeJS.ErrnoException): Error {
    if (error.code !== "ENOENT") {
        return error;
    }
    const packageName = packageOfCommand[command];
    const remedy =
        packageName === undefined
            ? "install it and put it on PATH"
            : `install it (Debian and Ubuntu: apt-get install ${packageName})`;
    return new Error(`the command "${command}" is missing on this machine: ${remedy}`);
}
