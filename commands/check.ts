import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { debianTree } from "../sandbox/build/debian";
import { compilerFlags, goEnvironment } from "../sandbox/build/goTools";
import { createProgress, progressLine } from "../sandbox/build/progress";

// npm run check: everything that needs no cluster and no root.

const root = join(__dirname, "..");
const lanes = 2;

interface Finding {
    readonly passed: boolean;
    /** Printed only when the check failed, or for what it skipped. */
    readonly text: string;
}

interface Check {
    readonly title: string;
    readonly run: () => Promise<Finding>;
}

// The longest first: the short ones then fill the other lane.
const checks: readonly Check[] = [
    { title: "eslint", run: () => tool("eslint", "--max-warnings", "0", ".") },
    { title: "types (tsc)", run: () => tool("tsc", "--noEmit") },
    { title: "unit and program tests", run: () => command("npm", ["test", "--silent"]) },
    ...goModules().flatMap((directory): Check[] => {
        const name = relative(root, directory);
        return [
            { title: `go vet ${name}`, run: () => go(directory, ["vet", "./..."]) },
            ...(hasGoTests(directory)
                ? [{ title: `go test ${name}`, run: () => go(directory, ["test", "./..."]) }]
                : []),
        ];
    }),
    {
        title: "format (prettier)",
        run: () => tool("prettier", "--check", "--log-level", "warn", "."),
    },
    { title: "shell scripts (shellcheck)", run: checkShell },
    { title: "Go format (gofmt)", run: checkGoFormat },
    { title: "package-lock.json holds no download address", run: checkLockFile },
];

async function main(): Promise<void> {
    const queue = [...checks];
    const failed: string[] = [];
    const work = async (): Promise<void> => {
        for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
            const start = Date.now();
            const finding = await check.run().catch((error: unknown) => ({
                passed: false,
                text: error instanceof Error ? error.message : String(error),
            }));
            const mark = finding.passed ? "ok" : "failed";
            console.log(progressLine(mark, check.title, Date.now() - start, ""));
            if (!finding.passed) {
                failed.push(check.title);
                console.log(finding.text.trimEnd().replace(/^/gm, "    "));
            }
        }
    };
    await Promise.all(Array.from({ length: lanes }, work));
    if (failed.length > 0) {
        console.error(
            `\nerror: ${failed.length} of ${checks.length} checks failed: ${failed.join(", ")}`,
        );
        process.exitCode = 1;
    }
}

/** One of npm's tools, from node_modules. */
function tool(name: string, ...args: string[]): Promise<Finding> {
    return command(join(root, "node_modules/.bin", name), args);
}

function command(
    program: string,
    args: readonly string[],
    directory = root,
    environment: NodeJS.ProcessEnv = process.env,
): Promise<Finding> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, {
            cwd: directory,
            env: { ...environment, NO_COLOR: "1", FORCE_COLOR: "0" },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        const keep = (part: Buffer) => {
            text += part.toString();
        };
        child.stdout.on("data", keep);
        child.stderr.on("data", keep);
        child.on("error", reject);
        child.on("close", (code) => resolve({ passed: code === 0, text }));
    });
}

async function go(directory: string, args: readonly string[]): Promise<Finding> {
    if (onPath("go") === undefined) {
        return {
            passed: false,
            text: "Go is missing on this machine: install it and put it on PATH.",
        };
    }
    // The flags the sandbox builds with, so that what is compiled here is not compiled again there.
    const flags = [...compilerFlags, "-mod=readonly"].join(" ");
    return command("go", args, directory, { ...goEnvironment(), GOFLAGS: flags });
}

/** Folders with a go.mod and sources of our own. */
function goModules(): string[] {
    return filesIn(root, (name) => name === "go.mod")
        .map((path) => dirname(path))
        .filter((directory) => readdirSync(directory).some((name) => name.endsWith(".go")));
}

function hasGoTests(directory: string): boolean {
    return filesIn(directory, (name) => name.endsWith("_test.go")).length > 0;
}

async function checkGoFormat(): Promise<Finding> {
    const files = filesIn(root, (name) => name.endsWith(".go"));
    const found = await command("gofmt", ["-l", ...files]);
    const unformatted = found.text.trim();
    return {
        passed: found.passed && unformatted === "",
        text: `Run gofmt -w on these:\n${unformatted}`,
    };
}

async function checkShell(): Promise<Finding> {
    const files = filesIn(root, (name) => name.endsWith(".sh")).concat(join(root, ".ci/run"));
    const [program, ...args] = await findShellcheck();
    return command(program, [
        ...args,
        "--external-sources",
        ...files.filter((file) => existsSync(file)),
    ]);
}

/** The machine's own shellcheck, else Debian's, unpacked to the cache and run from there. */
async function findShellcheck(): Promise<[string, ...string[]]> {
    const installed = onPath("shellcheck");
    if (installed !== undefined) {
        return [installed];
    }
    const tree = await debianTree({
        name: "shellcheck",
        suite: "trixie",
        packages: ["shellcheck"],
        progress: createProgress(),
    });
    // Started by its own loader: the machine's C library may be older than the one it needs.
    const libraries = filesIn(join(tree.root, "usr/lib"), (name) => /\.so(\.|$)/.test(name));
    const loader = libraries.find((path) => /\/ld-linux[^/]*$/.test(path));
    if (loader === undefined) {
        throw new Error(
            "The Debian package of shellcheck came without a loader: install shellcheck.",
        );
    }
    const directories = [...new Set(libraries.map((path) => dirname(path)))].join(":");
    return [loader, "--library-path", directories, join(tree.root, "usr/bin/shellcheck")];
}

/** A download address in the lock file would tie every install to one registry. */
async function checkLockFile(): Promise<Finding> {
    const lines = readFileSync(join(root, "package-lock.json"), "utf8").split("\n");
    const found = lines.flatMap((line, index) =>
        line.includes('"resolved"') ? [`package-lock.json:${index + 1}:${line}`] : [],
    );
    const remedy = "Install with omit-lockfile-registry-resolved=true, or delete these lines:";
    return Promise.resolve({
        passed: found.length === 0,
        text: [remedy, ...found.slice(0, 5)].join("\n"),
    });
}

function filesIn(directory: string, wanted: (name: string) => boolean): string[] {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) {
            return [".git", "node_modules"].includes(entry.name) ? [] : filesIn(path, wanted);
        }
        return wanted(entry.name) ? [path] : [];
    });
}

function onPath(program: string): string | undefined {
    return (process.env["PATH"] ?? "")
        .split(delimiter)
        .map((directory) => join(directory, program))
        .find((path) => existsSync(path));
}

void main();
