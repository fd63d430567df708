/** One mirror of Debian as the machine's apt knows it. */
export interface DebianMirror {
    uri: string;
    /** The value of Signed-By: a keyring's path or a key itself; empty where apt's own trust is used. */
    signedBy: string;
}

interface AptSource {
    uris: string[];
    suites: string[];
    components: string[];
    signedBy: string;
}

const debianSuite =
    /^(sid|unstable|testing|stable|oldstable|bullseye|bookworm|trixie|forky|duke)(-updates)?$/;

/**
 * The first Debian mirror among apt's source files, which are given as name and content. Any suite
 * can be had from the mirror that serves the machine's own.
 */
export function findDebianMirror(
    files: { name: string; content: string }[],
): DebianMirror | undefined {
    const sources = files.flatMap(({ name, content }) =>
        name.endsWith(".sources") ? parseStanzas(content) : parseLines(content),
    );
    for (const source of sources) {
        const uri = source.uris.find((candidate) => !candidate.startsWith("cdrom:"));
        const isDebian = source.suites.some((suite) => debianSuite.test(suite));
        if (uri !== undefined && isDebian && source.components.includes("main")) {
            return { uri, signedBy: source.signedBy };
        }
    }
    return undefined;
}

/** A source file for one suite of that mirror, in apt's own format. */
export function renderSource(mirror: DebianMirror, suite: string): string {
    const fields = [
        "Types: deb",
        `URIs: ${mirror.uri}`,
        `Suites: ${suite}`,
        "Components: main",
        ...(mirror.signedBy === "" ? [] : [`Signed-By: ${mirror.signedBy}`]),
    ];
    return `${fields.join("\n")}\n`;
}

// sources.list(5), one-line style: deb [option=value ...] uri suite component...
function parseLines(content: string): AptSource[] {
    return content.split("\n").flatMap((line) => {
        const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
        if (match === null) {
            return [];
        }
        const [, options = "", uri = "", suite = "", components = ""] = match;
        const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? "";
        return [{ uris: [uri], suites: [suite], components: words(components), signedBy }];
    });
}

// sources.list(5), deb822 style: stanzas of fields; a line that begins with a blank goes on.
function parseStanzas(content: string): AptSource[] {
    const withoutComments = content
        .split("\n")
        .filter((line) => !line.startsWith("#"))
        .join("\n");
    return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
        const fields = new Map<string, string>();
        for (const field of stanza.split(/\n(?=\S)/)) {
            const colon = field.indexOf(":");
            if (colon > 0) {
                fields.set(
                    field.slice(0, colon).trim().toLowerCase(),
                    field.slice(colon + 1).trim(),
                );
            }
        }
        const list = (key: string) => words(fields.get(key) ?? "");
        if (!list("types").includes("deb") || fields.get("enabled")?.toLowerCase() === "no") {
            return [];
        }
        return [
            {
                uris: list("uris"),
                suites: list("suites"),
                components: list("components"),
                signedBy: fields.get("signed-by") ?? "",
            },
        ];
    });
}

function words(text: string): string[] {
    return text.split(/\s+/).filter((word) => word !== "");
}
