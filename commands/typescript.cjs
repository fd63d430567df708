// Lets node load this project's TypeScript: node -r ./commands/typescript.cjs FILE. Like ts-node in
// its transpile-only mode, but without it: the compiler is not even loaded.
"use strict";

const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { transpiled } = require("../transpileOnce.cjs");

process.setSourceMapsEnabled(true);

Module._extensions[".ts"] = (module, path) => {
    module._compile(transpiled(readFileSync(path, "utf8"), path), path);
};
