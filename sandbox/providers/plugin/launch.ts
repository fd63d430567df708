// Starts the bundled plugins from V8's compiled code, which saves a good part of their start. A warm-up run makes
// that code: when it ends, all that it has compiled on its way is written down.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

const bundle = join(__dirname, "plugins.js");
const compiled = join(__dirname, "plugins.compiled");

const script = new Script(Module.wrap(readFileSync(bundle, "utf8")), {
    filename: bundle,
    cachedData: existsSync(compiled) ? readFileSync(compiled) : undefined,
});
const main = script.runInThisContext() as (
    exports: object,
    require: NodeJS.Require,
    module: object,
    filename: string,
    directory: string,
) => void;

if (process.argv[2] === "warm-up") {
    process.on("exit", () => writeFileSync(compiled, script.createCachedData()));
}

main({}, require, { exports: {} }, bundle, __dirname);
