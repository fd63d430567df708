/** One JSON object a line: time, level, message, and what it is about. */
export interface Log {
    info: (message: string, about?: Readonly<Record<string, unknown>>) => void;
    warn: (message: string, about?: Readonly<Record<string, unknown>>) => void;
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
