// One process for all plugins of a run. The engine starts one plugin after the other and waits for each; that of
// its launchers then only ask here for a port, and hold the connection for as long as the engine keeps them.
import type { Server, Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Served } from "./server";

/** Serves launchers on the listening socket that the parent hands over, as long as there is a parent or a launcher. */
export function host(start: (plugin: string, words: string[]) => Promise<Served>): void {
    const launchers = new Set<Socket>();
    const endIfUnused = () => {
        if (launchers.size === 0 && !process.connected) process.exit();
    };
    process.on("disconnect", endIfUnused);
    process.once("message", (_, server: Server) => {
        server.on("connection", (launcher) => {
            launchers.add(launcher);
            let served: Promise<Served | undefined> = Promise.resolve(undefined);
            createInterface(launcher).once("line", (line) => {
                const [plugin = "", ...words] = line.split(" ");
                served = start(plugin, words).catch(() => undefined);
                void served.then((given) =>
                    given === undefined ? launcher.destroy() : launcher.write(`${given.port}\n`),
                );
            });
            // A killed launcher resets its connection.
            launcher.on("error", () => undefined);
            launcher.on("close", () => {
                void served.then((given) => {
                    given?.stop();
                    launchers.delete(launcher);
                    endIfUnused();
                });
            });
        });
    });
}
