// Runs before every npm script, in plain JavaScript because nothing is installed yet on a fresh
// clone. Installs what package-lock.json names, once per state of that file.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".installed-from");
const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    // What a script prints may be read by another program: this is no part of it.
    console.error("Installing npm packages from package-lock.json");
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", 2, 2],
    });
    writeFileSync(stamp, wanted);
}
