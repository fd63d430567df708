// Keeps in the user's cache what takes long to make, by the hash of all that it is made of.
"use strict";

const { createHash, randomBytes } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { dirname, isAbsolute, join } = require("node:path");

/** What was kept for these inputs, or what `make` makes of them. */
function kept(kind, inputs, make) {
    const path = join(cache(), kind, hashOf(inputs.join("\0")));
    const known = recall(path);
    if (known !== undefined) {
        return known;
    }
    const content = make();
    keep(path, content);
    return content;
}

function cache() {
    const base = process.env.XDG_CACHE_HOME ?? "";
    return join(isAbsolute(base) ? base : join(homedir(), ".cache"), "mysql-nfs");
}

// A machine that lost its power may have kept the file's name and not its content. An empty program would declare
// nothing, and the engine delete everything: so a file counts only with its own hash at its head.
function recall(path) {
    let file;
    try {
        file = readFileSync(path);
    } catch {
        return undefined;
    }
    const content = file.subarray(file.indexOf("\n") + 1);
    return file.equals(sealed(content)) ? content : undefined;
}

function sealed(content) {
    return Buffer.concat([Buffer.from(`${hashOf(content)}\n`), content]);
}

function hashOf(content) {
    return createHash("sha256").update(content).digest("hex");
}

// By a rename, since several runs may come at once. A cache that can't be written is no fault.
function keep(path, content) {
    const unfinished = `${path}.${randomBytes(4).toString("hex")}`;
    try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(unfinished, sealed(content));
        renameSync(unfinished, path);
    } catch {
        return;
    }
}

module.exports = { kept };
