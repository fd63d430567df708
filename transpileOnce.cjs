// Translates TypeScript without checking it, and keeps what came out by the hash of all that went in: translating
// every file anew takes a run of the program a second, more than all else it does.
// For ts-node, and so for a plain `pulumi up`, by "transpiler" in tsconfig.json; the npm commands load it without.
"use strict";

const { kept } = require("./kept.cjs");
const { version } = require("typescript/package.json");
const { compilerOptions } = require("./tsconfig.json");

const recipe = JSON.stringify([version, compilerOptions]);

/** JavaScript with its source map inside. */
function transpiled(source, path) {
    const inputs = [recipe, path, source];
    return kept("transpiled", inputs, () => Buffer.from(transpile(source, path))).toString();
}

function transpile(source, fileName) {
    const typescript = require("typescript");
    const options = typescript.convertCompilerOptionsFromJson(compilerOptions, ".").options;
    return typescript.transpileModule(source, {
        fileName,
        compilerOptions: { ...options, noEmit: false, inlineSourceMap: true, inlineSources: true },
    }).outputText;
}

/** The JSON of the source map in what `transpiled` gave. */
function sourceMapIn(code) {
    const map = code.slice(code.lastIndexOf("base64,") + "base64,".length);
    return Buffer.from(map, "base64").toString();
}

/** What ts-node asks of a transpiler: https://typestrong.org/ts-node/docs/transpilers */
function create() {
    return {
        transpile(source, { fileName }) {
            const code = transpiled(source, fileName);
            return {
                outputText: code.slice(0, code.lastIndexOf("//# sourceMappingURL=")),
                sourceMapText: sourceMapIn(code),
            };
        },
    };
}

module.exports = { transpiled, sourceMapIn, create };
