/** Tells the user what takes long, one calm line a step. */
export interface Progress {
    /**
     * Runs `work` as one named step. `note` says how far it has come; nothing is printed for a step
     * that ends at once without a note.
     */
    step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
}

/** Where the lines go and what time it is; replaced in tests. */
export interface ProgressTerminal {
    write(text: string): void;
    /** Lines are rewritten in place on a terminal, and printed anew elsewhere. */
    isTerminal: boolean;
    /** A line that is wider would wrap, and then can't be rewritten. */
    columns: number;
    now(): number;
    /** Calls back about once a period until the returned function is called. */
    every(milliseconds: number, callback: () => void): () => void;
}

const titleWidth = 58;
const quickMilliseconds = 300;
const terminalPeriod = 1000;
/** In a log file a line each half minute is enough to show that something still moves. */
const logPeriod = 30_000;

export function createProgress(terminal: ProgressTerminal = standardError()): Progress {
    return {
        async step(title, work) {
            const start = terminal.now();
            let text = "";
            let shown = false;
            const elapsed = () => terminal.now() - start;
            const show = () => {
                shown = true;
                const line = progressLine("...", title, elapsed(), text);
                terminal.write(
                    terminal.isTerminal
                        ? `\r\x1b[2K${line.slice(0, terminal.columns - 1)}`
                        : `${line}\n`,
                );
            };
            const stopTimer = terminal.every(
                terminal.isTerminal ? terminalPeriod : logPeriod,
                show,
            );
            const finish = (mark: string) => {
                stopTimer();
                if (terminal.isTerminal && shown) {
                    terminal.write("\r\x1b[2K");
                }
                if (shown || text !== "" || mark !== "ok" || elapsed() >= quickMilliseconds) {
                    terminal.write(`${progressLine(mark, title, elapsed(), text)}\n`);
                }
            };
            try {
                const result = await work((latest) => {
                    text = latest;
                });
                finish("ok");
                return result;
            } catch (error) {
                finish("failed");
                throw error;
            }
        },
    };
}

/** Says nothing, for callers and tests that need no lines. */
export const silentProgress: Progress = {
    step: (_title, work) => work(() => undefined),
};

export function progressLine(mark: string, title: string, elapsed: number, text: string): string {
    const columns = [mark.padEnd(6), title.padEnd(titleWidth), formatElapsed(elapsed).padStart(7)];
    return `${columns.join(" ")}${text === "" ? "" : `  ${text}`}`;
}

/** "0.8 s", "42 s", "4m05s". */
export function formatElapsed(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 9.95) {
        return `${seconds.toFixed(1)} s`;
    }
    const whole = Math.round(seconds);
    if (whole < 60) {
        return `${whole} s`;
    }
    return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}

// Standard error, so that a command's own output can be piped.
export function standardError(): ProgressTerminal {
    return {
        write: (text) => void process.stderr.write(text),
        isTerminal: process.stderr.isTTY,
        columns: process.stderr.columns || 80,
        now: () => Date.now(),
        every: (milliseconds, callback) => {
            const timer = setInterval(callback, milliseconds);
            return () => {
                clearInterval(timer);
            };
        },
    };
}
