import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { spawn } from "node:child_process";
import { cacheDirectory } from "../build/paths";
import type { Plugin, PluginSearch } from "./plugin";

/** A failed attempt, kept so that the next commands don't pay for it again. */
export interface Refusal {
    /** Milliseconds since 1970. */
    time: number;
    reason: string;
}

const patience = 30_000;
const hours = 6;

/** Installs an official plugin by the CLI's own means; returns the reason where that can't be. */
export async function installPlugin(
    plugin: Plugin,
    search: PluginSearch,
): Promise<string | undefined> {
    const file = join(cacheDirectory(), "engine", `no-${plugin.name}-${plugin.version}.json`);
    const earlier = await readRefusal(file);
    if (earlier !== undefined && isRecent(earlier, Date.now())) {
        return earlier.reason;
    }
    const reason = await tryInstall(plugin, search);
    if (reason !== undefined) {
        await mkdir(dirname(file), { recursive: true });
        const refusal: Refusal = { time: Date.now(), reason };
        await writeFile(file, JSON.stringify(refusal));
    }
    return reason;
}

export function isRecent(refusal: Refusal, now: number): boolean {
    const age = now - refusal.time;
    return age >= 0 && age < hours * 3_600_000;
}

async function readRefusal(file: string): Promise<Refusal | undefined> {
    try {
        return JSON.parse(await readFile(file, "utf8")) as Refusal;
    } catch {
        return undefined;
    }
}

function tryInstall(plugin: Plugin, search: PluginSearch): Promise<string | undefined> {
    const args = ["plugin", "install", "resource", plugin.name, `v${plugin.version}`];
    return new Promise((resolve) => {
        const child = spawn(search.commandLine, [...args, "--non-interactive"], {
            env: {
                ...search.environment,
                PULUMI_HOME: search.home,
                PULUMI_SKIP_UPDATE_CHECK: "true",
            },
            stdio: ["ignore", "ignore", "pipe"],
        });
        let output = "";
        let verdict: string | undefined;
        const giveUp = (reason: string) => {
            verdict ??= reason;
            child.kill("SIGKILL");
        };
        const timer = setTimeout(() => {
            giveUp(`its download took longer than ${patience / 1000} s`);
        }, patience);
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            output += text;
            // The CLI would try four times more.
            if (downloadFailed(output)) {
                giveUp("it can't be downloaded here");
            }
        });
        child.on("error", (error) => {
            giveUp(error.message);
        });
        child.on("close", (code) => {
            clearTimeout(timer);
            resolve(verdict ?? (code === 0 ? undefined : lastLine(output)));
        });
    });
}

export function downloadFailed(output: string): boolean {
    return /Error downloading plugin/.test(output);
}

function lastLine(output: string): string {
    return output.trim().split("\n").at(-1) ?? "its installation failed";
}
