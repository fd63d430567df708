// What launch.ts starts: one plugin in a process of its own, a host of many, or the run that only compiles.
import { Engine, engineAddress } from "./plugin/engine";
import { host } from "./plugin/host";
import type { Served } from "./plugin/server";
import { serve } from "./plugin/server";
import { useNativeStrings } from "./plugin/strings";
import { useQuickStructs } from "./plugin/structs";
import { warmUp } from "./plugin/warmUp";
import { KubernetesProvider } from "./kubernetes/provider";
import { WARM_UP_RUN as kubernetesRun } from "./kubernetes/warmUp";
import { RandomProvider } from "./random/provider";
import { WARM_UP_RUN as randomRun } from "./random/warmUp";

/** @param words what the engine started the plugin with */
function start(plugin: string, words: string[]): Promise<Served> {
    const engine = new Engine(engineAddress(words));
    switch (plugin) {
        case "kubernetes":
            return serve(new KubernetesProvider(engine), engine);
        case "random":
            return serve(new RandomProvider(), engine);
        default:
            return Promise.reject(new Error(`there is no plugin ${plugin}`));
    }
}

async function main([mode = "", ...words]: string[]): Promise<void> {
    if (mode === "host") {
        host(start);
    } else if (mode === "warm-up") {
        await warmUp((await start("kubernetes", [])).port, kubernetesRun);
        await warmUp((await start("random", [])).port, randomRun);
        process.exit();
    } else {
        const { port } = await start(mode, words);
        // The plugin's half of the handshake.
        process.stdout.write(`${port}\n`);
        endWithParent();
    }
}

/** An engine that was killed can't tell us to stop: a plugin without its parent ends by itself. */
function endWithParent(): void {
    const parent = process.ppid;
    setInterval(() => {
        if (process.ppid !== parent) process.exit(0);
    }, 5_000).unref();
}

useNativeStrings();
useQuickStructs();
void main(process.argv.slice(2));
