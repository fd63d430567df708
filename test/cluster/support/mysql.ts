import type { CommandResult } from "./kubectl";
import { testCluster } from "./cluster";
import { readCredentials } from "./credentials";
import { exactly, found, seen, until } from "./until";

/** Who a statement is run as, and where. */
export interface Session {
    readonly namespace: string;
    /** The Pod whose client is used. */
    readonly pod: string;
    /** Address to connect to; the Pod's own socket when absent. */
    readonly host?: string;
    /** @default "root" on the socket, the application's account elsewhere */
    readonly user?: string;
    readonly database?: string;
}

/** Client options with the password, from standard input: in no argument, no environment. */
export const readPassword = `IFS= read -r password
options() { printf '[client]\\npassword="%s"\\n' "$password"; }`;

const client = `${readPassword}
exec mysql --defaults-extra-file=<(options) --batch --skip-column-names --connect-timeout=3 "$@"`;

/** Runs SQL and never throws. */
export async function trySql(session: Session, statement: string): Promise<CommandResult> {
    const { namespace, pod, host } = session;
    const user = session.user ?? (host === undefined ? "root" : "app");
    const target = host === undefined ? ["--socket=/run/mysqld/mysqld.sock"] : [`--host=${host}`];
    const database = session.database ?? (user === "root" ? "" : "app");
    const run = async (password: string) =>
        testCluster().kubectl.try(
            [
                ...["exec", "-i", "-n", namespace, pod, "-c", "mysqld", "--"],
                ...["bash", "-c", client, "client", `--user=${user}`, ...target],
                ...(database === "" ? [] : [database]),
            ],
            `${password}\n${statement}`,
        );
    const first = await run(await passwordOf(namespace, user, pod));
    if (!first.stderr.includes("Access denied")) {
        return first;
    }
    passwords.clear(); // the stack may have got new ones
    return run(await passwordOf(namespace, user, pod));
}

const passwords = new Map<string, Awaited<ReturnType<typeof readCredentials>>>();

/** The password of root or of the application of a Pod's cluster, as an option file has it. */
export async function passwordOf(namespace: string, user: string, pod: string): Promise<string> {
    const cluster = pod.replace(/-\d+$/, "");
    const key = `${namespace}/${cluster}`;
    const known =
        passwords.get(key) ?? (await readCredentials(testCluster().kubectl, namespace, cluster));
    passwords.set(key, known);
    const password = user === "root" ? known.rootPassword : known.password;
    return password.replaceAll("\\", "\\\\");
}

/** Runs SQL and returns its rows, columns parted by tabs. */
export async function sql(session: Session, statement: string): Promise<string> {
    const result = await trySql(session, statement);
    if (result.code !== 0) {
        throw new Error(`${session.host ?? session.pod}: ${statement}: ${result.stderr.trim()}`);
    }
    return result.stdout.trimEnd();
}

/** For a moment after a change of the primary its Service leads nowhere, and nothing is done. */
const nowhere = /ERROR (2002|2003|1290) /;

/** Runs SQL through the Service of the primary, once it leads to one that takes writes. */
export async function write(
    namespace: string,
    pod: string,
    statement: string,
    cluster = "mysql",
): Promise<void> {
    const session = { namespace, pod, host: `${cluster}-primary` };
    const result = await until(`${cluster}-primary takes writes`, 60, async () => {
        const run = await trySql(session, statement);
        return nowhere.test(run.stderr) ? seen(run.stderr.trim()) : found(run);
    });
    if (result.code !== 0) {
        throw new Error(`${statement}: ${result.stderr.trim()}`);
    }
}

export async function untilSql(
    session: Session,
    statement: string,
    expected: string,
    seconds: number,
): Promise<void> {
    const where = session.host ?? session.pod;
    await until(`${statement} on ${where} is ${JSON.stringify(expected)}`, seconds, async () =>
        exactly(expected, await sql(session, statement)),
    );
}
