// Starts a bundled plugin from V8's compiled code, which saves a good part of its start. A warm-up run makes
// that code: when it ends, all that it has compiled on its way is written down.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { WARM_UP } from "./warmUpFlag";

const [, , plugin = ""] = process.argv;
const bundle = join(__dirname, `${plugin}.js`);
const compiled = join(__dirname, `${plugin}.compiled`);

// The plugin sees its arguments where node puts a script's.
process.argv.splice(1, 2, bundle);

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

if (process.argv.includes(WARM_UP)) {
    process.on("exit", () => writeFileSync(compiled, script.createCachedData()));
}

// An engine that was killed can't tell us to stop: a plugin without its parent ends by itself.
const parent = process.ppid;
setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
}, 5_000).unref();

main({}, require, { exports: {} }, bundle, __dirname);
