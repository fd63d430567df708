import { createInterface } from "node:readline";
import type { LedgerConfig } from "./ledger";
import { keepLedger } from "./ledger";
import type { ReaderConfig } from "./reader";
import { keepReading } from "./reader";
import type { Place, Question, SamplerConfig } from "./sampler";
import { Sampler } from "./sampler";

// A program of a client of the cluster (program.ts starts it). Its standard input has its configuration, then commands, a line of
// JSON each; it ends where that ends.

export type Config = LedgerConfig | ReaderConfig | SamplerConfig;

export type Command =
    | { readonly pause: boolean }
    | { readonly places: readonly Place[] }
    | { readonly question: Question };

function begin(config: Config): (command: Command) => void {
    switch (config.kind) {
        case "ledger": {
            let isPaused = false;
            void keepLedger(config, () => isPaused);
            return (command) => {
                isPaused = "pause" in command && command.pause;
            };
        }
        case "reader":
            void keepReading(config);
            return () => undefined;
        case "sampler": {
            const sampler = new Sampler(config);
            sampler.run();
            return (command) => {
                if ("places" in command) {
                    sampler.setPlaces(command.places);
                } else if ("question" in command) {
                    void sampler.answer(command.question);
                }
            };
        }
    }
}

if (require.main === module) {
    let obey: ((command: Command) => void) | undefined;
    const lines = createInterface({ input: process.stdin });
    lines.on("line", (line) => {
        const message = JSON.parse(line) as unknown;
        if (obey === undefined) {
            obey = begin(message as Config);
        } else {
            obey(message as Command);
        }
    });
    lines.on("close", () => process.exit(0));
    // Nobody reads any more.
    process.stdout.on("error", () => process.exit(0));
}
