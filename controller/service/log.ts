/** One JSON object a line: time, level, message, and what it is about. */
export interface Log {
    info: (message: string, about?: Readonly<Record<string, unknown>>) => void;
    warn: (message: string, about?: Readonly<Record<string, unknown>>) => void;
}

/** Leaves out a warning that was written a while ago with all the same words. */
export function withoutRepeats(log: Log, silenceMs = 10_000, now = Date.now): Log {
    const said = new Map<string, number>();
    return {
        info: log.info,
        warn: (message, about = {}) => {
            for (const [key, at] of said) {
                if (now() - at >= silenceMs) {
                    said.delete(key);
                }
            }
            const key = JSON.stringify([message, about]);
            if (!said.has(key)) {
                said.set(key, now());
                log.warn(message, about);
            }
        },
    };
}

export function jsonLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
    const at =
        (level: string) =>
        (message: string, about: Readonly<Record<string, unknown>> = {}): void =>
            write(
                `${JSON.stringify({ time: new Date().toISOString(), level, message, ...about })}\n`,
            );
    return { info: at("info"), warn: at("warn") };
}
