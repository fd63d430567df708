import type { OutputMap } from "@pulumi/pulumi/automation";

/** The stack's outputs as aligned lines; a secret stays one. */
export function outputLines(outputs: OutputMap): string[] {
    const names = Object.keys(outputs).sort();
    const width = Math.max(0, ...names.map((name) => name.length));
    return names.flatMap((name) => {
        const output = outputs[name];
        const value: unknown = output?.secret === true ? "[secret]" : output?.value;
        const values = Array.isArray(value) ? value.map(show) : [show(value)];
        return values.map((text, index) => `  ${(index === 0 ? name : "").padEnd(width)}  ${text}`);
    });
}

/** An example's outputs; those under `next` are what to type next, on the cluster it is on. */
export function exampleClosing({ next, ...outputs }: OutputMap, kubectl: string): string[] {
    const lines: unknown = next?.value;
    return [
        ...["", "Outputs", ...outputLines(outputs)],
        ...(Array.isArray(lines)
            ? [
                  "",
                  "To look at it",
                  ...[`alias kubectl='${kubectl}'`, ...lines.map(show)].map(indent),
              ]
            : []),
    ];
}

/** What the lines to paste need to know; undefined where the stack has no such outputs. */
export interface Endpoints {
    readonly namespace: string;
    readonly pod: string;
    readonly primaryHost: string;
    readonly readHost: string;
    readonly database: string;
    readonly user: string;
    readonly secretName: string;
}

export function endpointsOf(outputs: OutputMap): Endpoints | undefined {
    const text = (name: string): string => show(outputs[name]?.value);
    const pods: unknown = outputs["podDnsNames"]?.value;
    const firstPod = Array.isArray(pods) ? show(pods[0]) : "";
    const endpoints = {
        namespace: text("namespace"),
        pod: firstPod.split(".")[0] ?? "",
        primaryHost: text("primaryDnsName").split(".")[0] ?? "",
        readHost: text("readEndpoint").split(/[.:]/)[0] ?? "",
        database: text("databaseName"),
        user: text("userName"),
        secretName: text("credentialsSecretName"),
    };
    return Object.values(endpoints).every((value) => value !== "") ? endpoints : undefined;
}

/**
 * Two shell lines: one writes a row through the primary, one reads it through the read endpoint. The
 * password goes from its Secret to the client through pipes: it is in no argument and no history.
 */
export function linesToPaste(
    kubectl: string,
    endpoints: Endpoints,
): { write: string; read: string } {
    const write =
        `CREATE TABLE IF NOT EXISTS greetings (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, words TEXT); ` +
        `INSERT INTO greetings (words) VALUES (CONCAT("written through ", @@hostname))`;
    const read = `SELECT id, words, @@hostname AS read_from FROM greetings ORDER BY id DESC LIMIT 3`;
    return {
        write: clientLine(kubectl, endpoints, endpoints.primaryHost, write),
        read: clientLine(kubectl, endpoints, endpoints.readHost, read),
    };
}

function clientLine(
    kubectl: string,
    { namespace, pod, user, database, secretName }: Endpoints,
    host: string,
    sql: string,
): string {
    const kubectlHere = `${kubectl} -n ${namespace}`;
    const secret = `${kubectlHere} get secret ${secretName} -o jsonpath={.data.password} | base64 -d`;
    // In an option file a backslash stands for itself only when it is doubled.
    const options = `<(printf "[client]\\npassword=\\"%s\\"\\n" "\${p//\\\\/\\\\\\\\}")`;
    const client = `p=$(cat); mysql --defaults-extra-file=${options} -h ${host} -u ${user} -t ${database} -e "$0"`;
    return `${secret} | ${kubectlHere} exec -i ${pod} -c mysqld -- bash -c '${client}' '${sql}'`;
}

function indent(line: string): string {
    return `  ${line}`;
}

function show(value: unknown): string {
    if (value === undefined || value === null) {
        return "";
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}
