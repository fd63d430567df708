// Translates TypeScript without checking it, and keeps what came out by the hash of all that went in: translating
// every file anew takes a run of the program a second, more than all else it does.
// For ts-node, and so for a plain `pulumi up`, by "transpiler" in tsconfig.json; the npm commands load it without.
"use strict";

const { createHash, randomBytes } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { isAbsolute, join } = require("node:path");

const { version } = require("typescript/package.json");
const { compilerOptions } = require("./tsconfig.json");

const base = process.env.XDG_CACHE_HOME ?? "";
const cache = join(isAbsolute(base) ? base : join(homedir(), ".cache"), "mysql-nfs", "transpiled");
const recipe = JSON.stringify([version, compilerOptions]);

/** JavaScript with its source map inside. */
function transpiled(source, path) {
    const key = createHash("sha256").update(`${recipe}\0${path}\0${source}`).digest("hex");
    const kept = join(cache, `${key}.js`);
    const known = recall(kept);
    if (known !== undefined) {
        return known;
    }
    const code = transpile(source, path);
    keep(kept, code);
    return code;
}

// A machine that lost its power may have kept the file's name and not its content. An empty program would declare
// nothing, and the engine delete everything: so a file counts only with its own hash at its head.
function recall(path) {
    let text;
    try {
        text = readFileSync(path, "utf8");
    } catch {
        return undefined;
    }
    const code = text.slice(text.indexOf("\n") + 1);
    return text === sealed(code) ? code : undefined;
}

function sealed(code) {
    return `${createHash("sha256").update(code).digest("hex")}\n${code}`;
}

function transpile(source, fileName) {
    const typescript = require("typescript");
    const options = typescript.convertCompilerOptionsFromJson(compilerOptions, ".").options;
    return typescript.transpileModule(source, {
        fileName,
        compilerOptions: { ...options, noEmit: false, inlineSourceMap: true, inlineSources: true },
    }).outputText;
}

// By a rename, since several runs may come at once. A cache that can't be written is no fault.
function keep(path, code) {
    const unfinished = `${path}.${randomBytes(4).toString("hex")}`;
    try {
        mkdirSync(cache, { recursive: true });
        writeFileSync(unfinished, sealed(code));
        renameSync(unfinished, path);
    } catch {
        return;
    }
}

/** What ts-node asks of a transpiler: https://typestrong.org/ts-node/docs/transpilers */
function create() {
    return {
        transpile(source, { fileName }) {
            const code = transpiled(source, fileName);
            const map = code.slice(code.lastIndexOf("base64,") + "base64,".length);
            return {
                outputText: code.slice(0, code.lastIndexOf("//# sourceMappingURL=")),
                sourceMapText: Buffer.from(map, "base64").toString(),
            };
        },
    };
}

module.exports = { transpiled, create };
