import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { buildGoTool, pulumiTool } from "../build/goTools";
import { cacheDirectory } from "../build/paths";
import type { Progress } from "../build/progress";
import { createProgress } from "../build/progress";
import { run } from "../build/run";
import { findExecutable } from "./executables";
import { leaveOutLogs, linkFile, makePluginHome } from "./home";
import type { LocatedPlugin } from "./plugins";
import { describePlugin, locatePlugins, readPlugins, userHome } from "./plugins";
import { isNewEnough, oldestVersion } from "./version";

/** The Pulumi engine to use on this machine: its CLI, and what that needs to find its plugins. */
export interface Engine {
    /** Holds bin/pulumi, as the Automation API's `PulumiCommand.get({ root })` wants it. */
    pulumiDirectory: string;
    /** Whether the CLI is the user's own, on PATH, or one built for this project. */
    origin: "path" | "built";
    /** To be added to the CLI's environment. */
    environment: Record<string, string>;
    /** Folder of this project's stand-ins for plugins, where they are used. */
    standIns?: string;
    /** Which engine and plugins these are, one line each. */
    description: string[];
}

interface CommandLine {
    directory: string;
    file: string;
    origin: Engine["origin"];
    description: string[];
}

/**
 * Finds the Pulumi CLI and the provider plugins: the official ones wherever they are installed or can
 * be, else the CLI built from its Go modules and this project's stand-ins for the plugins.
 */
export async function resolveEngine(
    options: { progress?: Progress; environment?: NodeJS.ProcessEnv } = {},
): Promise<Engine> {
    const environment = options.environment ?? process.env;
    const commandLine = await resolveCommandLine(environment, options.progress ?? createProgress());
    const home = engineHome(commandLine.origin, environment);
    const plugins = await locatePlugins(readPlugins(), {
        environment,
        home,
        commandLine: commandLine.file,
    });
    const standIns = plugins.find((plugin) => plugin.origin === "stand-in");
    return {
        pulumiDirectory: commandLine.directory,
        origin: commandLine.origin,
        environment: await pluginEnvironment(plugins, home, environment),
        ...(standIns === undefined ? {} : { standIns: dirname(standIns.file) }),
        description: [
            ...commandLine.description,
            ...plugins.map(describePlugin),
            ...describeLanguageHost(commandLine.file, environment),
        ],
    };
}

async function resolveCommandLine(
    environment: NodeJS.ProcessEnv,
    progress: Progress,
): Promise<CommandLine> {
    const file = findExecutable("pulumi", environment);
    if (file === undefined) {
        return buildCommandLine(progress, "none is on PATH");
    }
    const version = (await run(file, ["version"], { environment })).trim();
    if (!isNewEnough(version)) {
        return buildCommandLine(progress, `${file} is ${version}, older than ${oldestVersion}`);
    }
    return {
        directory: await commandLineDirectory(file),
        file,
        origin: "path",
        description: [`engine: pulumi ${version} at ${file}`],
    };
}

async function buildCommandLine(progress: Progress, reason: string): Promise<CommandLine> {
    const built = await buildGoTool(pulumiTool, progress);
    const file = join(built, "pulumi");
    const version = pulumiTool.name.replace("pulumi-", "v");
    return {
        directory: await commandLineDirectory(file),
        file,
        origin: "built",
        description: [`engine: pulumi ${version}, built from its Go modules (${reason})`],
    };
}

/** The folder above `bin/pulumi`; one is made where the file lies in a folder of another name. */
async function commandLineDirectory(file: string): Promise<string> {
    if (basename(dirname(file)) === "bin") {
        return dirname(dirname(file));
    }
    const directory = join(engineDirectory(), `cli-${basename(dirname(file))}`);
    await linkFile(file, join(directory, "bin", "pulumi"));
    return directory;
}

// A machine without Pulumi gets no ~/.pulumi from us.
function engineHome(origin: Engine["origin"], environment: NodeJS.ProcessEnv): string {
    return origin === "path" ? userHome(environment) : join(engineDirectory(), "home");
}

function engineDirectory(): string {
    return join(cacheDirectory(), "engine");
}

/** The official plugins need no more than their home; stand-ins get a home of their own. */
async function pluginEnvironment(
    plugins: LocatedPlugin[],
    home: string,
    environment: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
    // The engine would look for a newer version of itself.
    const quiet = { PULUMI_SKIP_UPDATE_CHECK: "true" };
    if (plugins.every((plugin) => plugin.origin !== "stand-in")) {
        return { ...quiet, PULUMI_HOME: home };
    }
    const ownHome = join(engineDirectory(), "home-of-stand-ins");
    await makePluginHome(ownHome, plugins);
    await leaveOutLogs(ownHome);
    return {
        ...quiet,
        PULUMI_HOME: ownHome,
        // A login to a backend stays good.
        PULUMI_CREDENTIALS_PATH: environment["PULUMI_CREDENTIALS_PATH"] ?? home,
        // All plugins are there; a missing one is an error at once and no attempt to download it.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
}

function describeLanguageHost(commandLine: string, environment: NodeJS.ProcessEnv): string[] {
    const name = "pulumi-language-nodejs";
    const found =
        existsSync(join(dirname(commandLine), name)) ||
        findExecutable(name, environment) !== undefined;
    return found
        ? []
        : [
              `language host: ${name} is not installed; the npm commands don't need it, ` +
                  "a plain `pulumi up` does",
          ];
}
