import { checkOneLine } from "../checks";
import { nearest } from "../nearest";
import type { Problem } from "../problem";
import type { MysqldSetting } from "./args";
import { forbiddenNames, whyForbidden } from "./forbiddenSettings";
import { introducedIn, removedIn, serverVariables } from "./serverVariables";
import type { Version } from "./version";
import { isAtLeast } from "./version";

/** mysqld reads a line of an option file into 4096 bytes. */
const longestLine = 4000;

/**
 * What is wrong with the settings a user gives for my.cnf. mysqld takes many spellings of a name (dashes, skip_ and
 * other prefixes, abbreviations), so a name counts as what mysqld would make of it.
 */
export function settingsProblems(
    settings: Readonly<Record<string, MysqldSetting>>,
    version: Version,
    nameOf: (argument: string) => string,
): Problem[] {
    const seen = new Map<string, string>();
    return Object.entries(settings).flatMap(([key, value]) => {
        const name = settingName(key);
        const twin = seen.get(name);
        seen.set(name, key);
        const message =
            twin === undefined
                ? (nameProblem(key, version, nameOf) ?? valueProblem(key, value))
                : `leave one out: ${twin} is the same setting`;
        return message === undefined
            ? []
            : [{ field: `mysqldSettings.${key}`, value: value, message }];
    });
}

/** The name as my.cnf has it: underscores, and without the loose_ that only asks to overlook an unknown name. */
export function settingName(key: string): string {
    return key.replaceAll("-", "_").replace(/^(loose_)+/, "");
}

function nameProblem(
    key: string,
    version: Version,
    nameOf: (argument: string) => string,
): string | undefined {
    if (!/^[a-z][a-z0-9_.-]*$/.test(key)) {
        return "give the name as my.cnf has it: small letters, digits, _, - and .";
    }
    const name = settingName(key);
    const stems = [name, name.replace(/^(skip|disable|enable|maximum)_/, "")];
    for (const stem of stems) {
        const forbidden = whyForbidden(stem, nameOf);
        if (forbidden !== undefined) {
            return forbidden;
        }
    }
    if (stems.some((stem) => serverVariables.has(stem) || stem in removedIn)) {
        return seriesProblem(stems, version);
    }
    // mysqld would take an abbreviation for what it abbreviates, loose_ or not.
    const meant = [...serverVariables, ...forbiddenNames].find((each) =>
        stems.some((stem) => each.startsWith(stem)),
    );
    if (meant !== undefined) {
        return `write the name out: mysqld would take it for ${meant}`;
    }
    return key.startsWith("loose") ? undefined : unknownName(name);
}

function seriesProblem(stems: readonly string[], version: Version): string | undefined {
    for (const stem of stems) {
        const since = introducedIn[stem];
        const until = removedIn[stem];
        if (since !== undefined && !isAtLeast(version, since)) {
            return `leave it out: MySQL has it from ${since} on, the image is ${shown(version)}`;
        }
        if (until !== undefined && isAtLeast(version, until)) {
            return `leave it out: MySQL has dropped it in ${until}, the image is ${shown(version)}`;
        }
    }
    return undefined;
}

function unknownName(name: string): string {
    const meant = nearest(name, [...serverVariables]);
    return [
        meant === undefined ? "" : `did you mean ${meant}? `,
        "mysqld doesn't know this name",
        mayBePlugins(name) ? `; if a component or plugin has it, write loose_${name}` : "",
    ].join("");
}

/** The server lists no settings of what isn't installed. */
function mayBePlugins(name: string): boolean {
    return (
        name.includes(".") ||
        /^(audit_log|authentication|connection_control|ddl_rewriter|keyring|mysql_firewall|rewriter|thread_pool|validate_password|version_tokens)_/.test(
            name,
        )
    );
}

function valueProblem(key: string, value: MysqldSetting): string | undefined {
    if (typeof value === "number" && !Number.isFinite(value)) {
        return "give a finite number";
    }
    const text = String(value);
    const tooLong = Buffer.byteLength(`${key} = ${quoted(text)}`) > longestLine;
    return checkOneLine(text) ?? (tooLong ? `give at most ${longestLine} bytes` : undefined);
}

/** A value as my.cnf wants it: quoted when it holds anything that could be read as something else. */
export function optionValue(value: MysqldSetting): string {
    if (typeof value === "boolean") {
        return value ? "ON" : "OFF";
    }
    const text = String(value);
    return /^[A-Za-z0-9_.,:;/%*+@=-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
    return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

function shown({ major, minor }: Version): string {
    return `${major}.${minor}`;
}
