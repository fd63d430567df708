import type { Change, Effect, Rule } from "../configuration/changes";
import { otherChanges, rules } from "../configuration/changes";
import { tableRow } from "./markdown";

// docs/changes.md and the README's table, from the table that a cluster test walks.

const headings: Readonly<Record<Effect, string>> = {
    nothing: "nothing on the cluster",
    "in place": "in place",
    "rolling restart": "rolling restart",
    "controller restart": "the controller restarts",
    switchover: "a switchover",
    "provisioner restart": "the provisioner restarts",
    more: "more beside what is there",
    less: "less beside what stays",
    refused: "refused at preview",
    protected: "refused at preview while `protect` is on",
};

export function changesPage(): string {
    return [
        "# What each change does",
        "",
        "Every row is walked through a preview of a running stack by a test (`test/cluster/stack/safeChanges.test.ts`), which",
        "compares all that the preview shows. The [README](../README.md#what-each-change-does-to-running-data) has the short table.",
        "",
        "A refused change fails the preview with one error that names the key, the value and the remedy, and nothing is done.",
        "What `pulumi preview` calls a replaced ConfigMap is a new one under a new name; the old one goes when no Pod needs it.",
        ...rules.flatMap(rulePart),
        "",
    ].join("\n");
}

function rulePart(rule: Rule): string[] {
    return [
        "",
        `## ${capital(headings[rule.effect])}: ${subject(rule)}`,
        "",
        `${capital(rule.happens)}.`,
        "",
        `| key | change | ${isRefusal(rule.effect) ? "the error says" : "in the preview"} |`,
        "| --- | --- | --- |",
        ...rule.changes.map((each) =>
            tableRow([`\`${each.key}\``, what(each), said(rule.effect, each)]),
        ),
    ];
}

/** The table that answers most questions. */
export function shortTable(): string {
    return [
        "| change | what happens |",
        "| --- | --- |",
        ...rules.map((rule) =>
            tableRow([subject(rule), `${headings[rule.effect]}: ${rule.happens}`]),
        ),
        ...otherChanges.map(([change, happens]) => tableRow([change, happens])),
    ].join("\n");
}

function subject({ changes, which }: Rule): string {
    const keys = [...new Set(changes.map(({ key }) => `\`${key}\``))].join(", ");
    return which === undefined ? keys : `${keys} ${which}`;
}

function what({ what, with: others }: Change): string {
    const keys = Object.keys(others).map((key) => `\`${key}\``);
    return keys.length === 0 ? what : `${what}; with ${keys.join(", ")}`;
}

function said(effect: Effect, { steps, says }: Change): string {
    if (isRefusal(effect)) {
        return says.map((part) => `"${part}"`).join(", ");
    }
    return steps.length === 0
        ? "nothing"
        : steps.map((step) => step.replace(/: .*/, "")).join(", ");
}

function isRefusal(effect: Effect): boolean {
    return effect === "refused" || effect === "protected";
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
