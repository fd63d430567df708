// Lets node load this project's TypeScript: node -r ./commands/typescript.cjs FILE. Like ts-node in
// its transpile-only mode, but without it: the compiler is not even loaded.
"use strict";

const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { install } = require("@cspotcode/source-map-support");
const { sourceMapIn, transpiled } = require("../transpileOnce.cjs");

const loaded = new Map();

Module._extensions[".ts"] = (module, path) => {
    const code = transpiled(readFileSync(path, "utf8"), path);
    loaded.set(path, code);
    module._compile(code, path);
};

// Packages' files are left as they are: their source maps take longer to read than all else that is done with a trace,
// and tell of files that did not come with them. (Node.js by itself would read them all while it is loading.)
const unmapped = { version: 3, sources: [], names: [], mappings: "" };

install({
    environment: "node",
    handleUncaughtExceptions: false,
    overrideRetrieveFile: true,
    retrieveFile: () => null,
    overrideRetrieveSourceMap: true,
    retrieveSourceMap: (path) => {
        const code = loaded.get(path);
        return { url: path, map: code === undefined ? unmapped : sourceMapIn(code) };
    },
});
