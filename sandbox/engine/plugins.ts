import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { buildProviders } from "../providers";
import { findExecutable, isExecutable } from "./executables";
import { installPlugin } from "./installation";
import type { Plugin, PluginSearch } from "./plugin";

export interface LocatedPlugin extends Plugin {
    /** On PATH, in a PULUMI_HOME, or this project's own. */
    origin: "path" | "home" | "stand-in";
    file: string;
    /** Why it is a stand-in. */
    reason?: string;
}

const pluginNames = ["kubernetes", "random"];

/** The plugins that this project's SDKs ask the engine for. */
export function readPlugins(): Plugin[] {
    return pluginNames.map((name) => {
        const file = require.resolve(`@pulumi/${name}/package.json`);
        const content = JSON.parse(readFileSync(file, "utf8")) as { version: string };
        return { name, version: content.version };
    });
}

/** Official plugins come first; the stand-ins are built only when one is needed. */
export async function locatePlugins(
    plugins: Plugin[],
    search: PluginSearch,
): Promise<LocatedPlugin[]> {
    return Promise.all(
        plugins.map(
            async (plugin) => findInstalled(plugin, search) ?? (await obtain(plugin, search)),
        ),
    );
}

export function findInstalled(plugin: Plugin, search: PluginSearch): LocatedPlugin | undefined {
    const onPath = findExecutable(executableName(plugin), search.environment);
    if (onPath !== undefined) {
        return { ...plugin, origin: "path", file: onPath };
    }
    const file = pluginFile(search.home, plugin);
    return isExecutable(file) ? { ...plugin, origin: "home", file } : undefined;
}

async function obtain(plugin: Plugin, search: PluginSearch): Promise<LocatedPlugin> {
    const reason = await installPlugin(plugin, search);
    if (reason === undefined) {
        return { ...plugin, origin: "home", file: pluginFile(search.home, plugin) };
    }
    const file = join(await buildProviders(), executableName(plugin));
    return { ...plugin, origin: "stand-in", file, reason };
}

export function describePlugin(plugin: LocatedPlugin): string {
    const name = `provider plugin ${plugin.name}`;
    switch (plugin.origin) {
        case "path":
            return `${name}: ${plugin.file}, on PATH`;
        case "home":
            return `${name}: official ${plugin.version}`;
        case "stand-in":
            return `${name}: this project's stand-in for ${plugin.version} (${plugin.reason})`;
    }
}

/** Where the engine looks for an installed plugin. */
export function pluginFile(home: string, plugin: Plugin): string {
    const directory = `resource-${plugin.name}-v${plugin.version}`;
    return join(home, "plugins", directory, executableName(plugin));
}

function executableName(plugin: Plugin): string {
    return `pulumi-resource-${plugin.name}`;
}

export function userHome(environment: NodeJS.ProcessEnv): string {
    return environment["PULUMI_HOME"] || join(homedir(), ".pulumi");
}
