import { readFile, rename, writeFile } from "node:fs/promises";

/** What the supervisor tells about its node, as a file that is always whole. */
export interface NodeStatus {
    ready: boolean;
    /** It is on its way down: whoever wants a node has to wait and start another. */
    stopping: boolean;
    /** What readiness still waits for. */
    waitingFor: string[];
    components: Record<string, ComponentStatus>;
}

export interface ComponentStatus {
    /** In the node's own process namespace; undefined while it isn't running. */
    pid?: number;
    restarts: number;
    /** How it ended the last time. */
    lastExit?: string;
}

export async function writeStatus(path: string, status: NodeStatus): Promise<void> {
    const unfinished = `${path}.unfinished`;
    await writeFile(unfinished, `${JSON.stringify(status, undefined, 4)}\n`);
    await rename(unfinished, path);
}

export async function readStatus(path: string): Promise<NodeStatus | undefined> {
    try {
        return JSON.parse(await readFile(path, "utf8")) as NodeStatus;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}

/** The same in lines for the user: whether it is ready, then what has ended since it started. */
export function describeStatus(status: NodeStatus | undefined): string[] {
    if (status === undefined) {
        return ["it is starting"];
    }
    const components = Object.entries(status.components).flatMap(([name, component]) => {
        const { pid, restarts, lastExit = "" } = component;
        if (restarts === 0) {
            return [];
        }
        return [
            `${name} ${pid === undefined ? "is down" : "runs"}; ended ${restarts} times, last ${lastExit}`,
        ];
    });
    if (status.stopping) {
        return ["it is stopping"];
    }
    const readiness = status.ready
        ? "ready"
        : `not ready, waiting for ${status.waitingFor.join(", ")}`;
    return [`it is ${readiness}`, ...components];
}
