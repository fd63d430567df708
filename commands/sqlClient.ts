import type { CommandArguments } from "./arguments";
import { parseArguments } from "./arguments";
import type { Endpoints } from "./outputs";
import { UserError } from "./userError";

/** Which of the stack's two addresses a statement goes to. */
export type Endpoint = "primary" | "read";

export interface SqlArguments extends CommandArguments {
    readonly endpoint: Endpoint;
    readonly sql: string;
}

const form = "npm run sql -- primary|read 'SQL'";

export const sqlUsage = [
    `${form} [--context NAME] [--stack NAME]`,
    "",
    "Runs a statement as the application's user, through the primary or the read endpoint.",
    "",
    "  --context NAME  work on this kube-context's cluster instead of the sandbox",
    '  --stack NAME    the Pulumi stack, with its Pulumi.NAME.yaml; "sandbox" when not given',
].join("\n");

/** Undefined when help was asked for. */
export function parseSqlArguments(
    words: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
): SqlArguments | undefined {
    const [endpoint = "", sql = "", ...flags] = words;
    const others = parseArguments(
        "sql -- primary|read 'SQL'",
        words.some((word) => word === "--help" || word === "-h") ? ["--help"] : flags,
        environment,
    );
    if (others.help) {
        return undefined;
    }
    if (endpoint !== "primary" && endpoint !== "read") {
        throw new UserError(`"${endpoint}" is neither primary nor read. Use it so: ${form}`);
    }
    if (sql.trim() === "" || sql.startsWith("--")) {
        throw new UserError(`The statement is missing. Use it so: ${form}`);
    }
    return { ...others, endpoint, sql };
}

// Run by bash in a MySQL Pod. The password ends at the first zero byte, the rest of the input is the client's. In an
// option file a backslash and a newline stand for themselves only in this form.
const client = [
    `IFS= read -rd "" password`,
    `password=\${password//\\\\/\\\\\\\\}`,
    `password=\${password//$'\\n'/\\\\n}`,
    `exec mysql --defaults-extra-file=<(printf '[client]\\npassword="%s"\\n' "$password") ` +
        `--host="$0" --user="$1" --table "$2"`,
].join("; ");

/** What kubectl is to run: the client in whichever MySQL Pod is ready, with no password in its arguments. */
export function clientArguments(
    { namespace, statefulSet, user, database, primaryHost, readHost }: Endpoints,
    endpoint: Endpoint,
): string[] {
    const host = endpoint === "primary" ? primaryHost : readHost;
    const exec = ["exec", "-i", `statefulset/${statefulSet}`, "-n", namespace, "-c", "mysqld"];
    return [...exec, "--", "bash", "-c", client, host, user, database];
}

export function clientInput(password: Buffer, sql: string): Buffer {
    return Buffer.concat([password, Buffer.from([0]), Buffer.from(sql)]);
}
