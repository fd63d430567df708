import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { layoutOf } from "../../../sandbox/node/layout";
import { findNode } from "../../../sandbox/node/nodeProcess";
import { instance } from "./cluster";
import { found, seen, until } from "./until";

/** A line that a container wrote. */
export interface LogLine {
    readonly pod: string;
    readonly uid: string;
    readonly text: string;
}

const paceMs = 10;

/**
 * Follows what containers write, in the node's own files: within moments, and also while no API server answers. Whatever
 * was there before is left out.
 */
export class NodeLogs {
    readonly lines: LogLine[] = [];
    private readonly files = new Map<string, { position: number; unread: string }>();
    private readonly timer;

    /** Of the containers of that name in the Pods whose names begin so. */
    static async follow(
        namespace: string,
        podPrefix: string,
        container: string,
        onLine: (line: LogLine) => void = () => undefined,
    ): Promise<NodeLogs> {
        const node = await findNode(layoutOf(instance).state);
        const directory = `/proc/${node?.pid}/root/var/log/pods`;
        return new NodeLogs(directory, `${namespace}_${podPrefix}`, container, onLine);
    }

    private constructor(
        private readonly directory: string,
        private readonly prefix: string,
        private readonly container: string,
        onLine: (line: LogLine) => void,
    ) {
        this.look(() => undefined);
        this.lines.length = 0;
        this.timer = setInterval(() => this.look(onLine), paceMs);
    }

    stop(): void {
        clearInterval(this.timer);
    }

    /** Waits for a line that is like that, of those that came since the beginning. */
    untilLine(what: RegExp, seconds: number): Promise<LogLine> {
        return until(`${this.container} says ${String(what)}`, seconds, () => {
            const line = this.lines.find(({ text }) => what.test(text));
            return Promise.resolve(
                line === undefined ? seen(this.lines.at(-1)?.text ?? "nothing") : found(line),
            );
        });
    }

    private look(onLine: (line: LogLine) => void): void {
        for (const name of namesIn(this.directory)) {
            if (name.startsWith(this.prefix)) {
                const [, pod = "", uid = ""] = name.split("_");
                const logs = join(this.directory, name, this.container);
                for (const file of namesIn(logs)) {
                    for (const text of this.newLines(join(logs, file))) {
                        const line = { pod, uid, text };
                        this.lines.push(line);
                        onLine(line);
                    }
                }
            }
        }
    }

    private newLines(path: string): string[] {
        const state = this.files.get(path) ?? { position: 0, unread: "" };
        this.files.set(path, state);
        const text = readFrom(path, state.position);
        state.position += text.length;
        const lines = (state.unread + text.toString()).split("\n");
        state.unread = lines.pop() ?? "";
        // "2026-01-01T00:00:00.000000000Z stdout F what it wrote"
        return lines.map((line) => line.split(" ").slice(3).join(" "));
    }
}

function namesIn(directory: string): string[] {
    try {
        return readdirSync(directory);
    } catch {
        return []; // the container hasn't started, or the Pod or the node has gone
    }
}

function readFrom(path: string, position: number): Buffer {
    const parts: Buffer[] = [];
    try {
        const file = openSync(path, "r");
        try {
            for (let at = position; ;) {
                const part = Buffer.alloc(65_536);
                const length = readSync(file, part, 0, part.length, at);
                if (length === 0) {
                    break;
                }
                parts.push(part.subarray(0, length));
                at += length;
            }
        } finally {
            closeSync(file);
        }
    } catch {
        // It has gone.
    }
    return Buffer.concat(parts);
}
