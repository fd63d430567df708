// What the engine reported in each run of this test session, for the description of a failure.

interface Record {
    readonly title: string;
    readonly text: string;
}

/** A failure is seldom older than this; all runs together would be long. */
const kept = 4;

const records: Record[] = [];

export function remember(title: string, text: string): void {
    records.push({ title: `${new Date().toISOString()} ${title}`, text });
    records.splice(0, records.length - kept);
}

export function remembered(): string {
    return records.map(({ title, text }) => `# ${title}\n${text}`).join("\n\n");
}
