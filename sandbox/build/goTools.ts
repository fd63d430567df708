import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache";
import type { Progress } from "./progress";
import { run } from "./run";

/** Programs built from one Go module of this repository. */
export interface GoTool {
    /** Names the cache entry and the progress line, version included. */
    name: string;
    /** Holds go.mod, go.sum and any sources of our own. */
    directory: string;
    /** What to build, as `go build` takes it; `tool` stands for every tool line of go.mod. */
    packages: string[];
    /** Variables set at link time: a program doesn't know its version otherwise. */
    variables?: Record<string, string>;
}

const goDirectory = join(__dirname, "..", "go");
const kubernetesVersion = "1.36.3";
const pulumiVersion = "3.259.0";
const corednsVersion = "1.15.0";

export const kubernetesTools: GoTool = {
    name: `kubernetes-${kubernetesVersion}`,
    directory: join(goDirectory, "kubernetes"),
    packages: ["tool"],
    variables: {
        "k8s.io/component-base/version.gitVersion": `v${kubernetesVersion}`,
        "k8s.io/component-base/version.gitMajor": "1",
        "k8s.io/component-base/version.gitMinor": "36",
        "k8s.io/component-base/version.gitTreeState": "clean",
    },
};

export const corednsTool: GoTool = {
    name: `coredns-${corednsVersion}`,
    directory: join(goDirectory, "coredns"),
    packages: ["."],
};

export const pulumiTool: GoTool = {
    name: `pulumi-${pulumiVersion}`,
    directory: join(goDirectory, "pulumi"),
    packages: ["tool"],
    variables: {
        "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
    },
};

/** Builds a tool unless it is cached; returns the directory that holds its executables. */
export async function buildGoTool(tool: GoTool, progress: Progress): Promise<string> {
    const args = buildArguments(tool);
    const goVersion = await checkGo(tool.name);
    return progress.step(`${tool.name} from Go modules`, async (note) =>
        cached({
            name: tool.name,
            inputs: { args, goVersion, sources: await sourceHashes(tool.directory) },
            onWait: () => {
                note("waiting for another process that builds it");
            },
            build: async (output) => {
                let packages = 0;
                await run("go", ["build", "-v", "-o", `${output}/`, ...args], {
                    directory: tool.directory,
                    environment: goEnvironment(),
                    onLine: (line) => {
                        if (line.startsWith("go: downloading")) {
                            note("downloading modules");
                        } else {
                            packages++;
                            note(`${packages} packages compiled`);
                        }
                    },
                });
            },
        }),
    );
}

/** Decide what is compiled, and so what Go's cache can give again. */
export const compilerFlags: readonly string[] = [
    "-trimpath",
    // What a debugger needs takes a fifteenth of the time to compile, and -s -w leaves it out of the program.
    "-gcflags=all=-dwarf=false",
];

export function buildArguments(tool: GoTool): string[] {
    const variables = Object.entries(tool.variables ?? {}).map(
        ([key, value]) => `-X ${key}=${value}`,
    );
    return [
        ...compilerFlags,
        "-buildvcs=false",
        "-mod=readonly",
        `-ldflags=${["-s -w", ...variables].join(" ")}`,
        ...tool.packages,
    ];
}

// No C compiler is asked for, and no setting of the machine may change what is built. The module
// proxy, checksum database and caches stay those of the machine.
export function goEnvironment(): NodeJS.ProcessEnv {
    return {
        ...process.env,
        CGO_ENABLED: "0",
        GOFLAGS: "",
        GOWORK: "off",
        // A compiler lives for seconds, and collects its garbage for nothing: 327 s of processor time for kube-scheduler,
        // 260 s without.
        GOGC: "off",
        GOMEMLIMIT: "1GiB",
    };
}

async function checkGo(tool: string): Promise<string> {
    try {
        const version = await run("go", ["env", "GOVERSION", "GOOS", "GOARCH"], {
            directory: goDirectory,
            environment: goEnvironment(),
        });
        return version.trim().split("\n").join(" ");
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(
            `${tool} is built with Go 1.26 or newer (Debian: golang-go of a release that has it, ` +
                `or the archive from the Go project unpacked and put on PATH): ${reason}`,
            { cause: error },
        );
    }
}

/** What a tool is built from, as far as it is in this repository. */
export async function sourceHashes(directory: string): Promise<Record<string, string>> {
    const names = (await readdir(directory)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name));
    const hashes = await Promise.all(
        names
            .filter((name) => !name.endsWith("_test.go"))
            .map(async (name): Promise<[string, string]> => {
                const content = await readFile(join(directory, name));
                return [name, createHash("sha256").update(content).digest("hex")];
            }),
    );
    return Object.fromEntries(hashes);
}
