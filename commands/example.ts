import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bringUp, forgetLock, takeAway } from "./acts";
import type { ExampleArguments } from "./exampleArguments";
import { exampleUsage, parseExampleArguments } from "./exampleArguments";
import { exampleClosing } from "./outputs";
import type { Command } from "./run";
import { execute, reportErrors } from "./run";

const folder = join(__dirname, "../examples");

void reportErrors(async () => {
    const known = exampleNames();
    const words = parseExampleArguments(process.argv.slice(2), process.env, known);
    if (words.help || words.name === undefined) {
        console.log(exampleUsage(known));
    } else {
        await execute(commandFor(words.name, words), words);
    }
});

function exampleNames(): string[] {
    return readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, "Pulumi.yaml")))
        .sort();
}

function commandFor(name: string, { action, place }: ExampleArguments): Command {
    const called = ["example --", name, ...place].join(" ");
    const common = {
        projectDirectory: join(folder, name),
        removalLine: `npm run ${called} --destroy`,
        cancelLine: `npm run ${called} --cancel`,
    };
    switch (action) {
        case "up":
            return {
                ...common,
                name: called,
                title: () => `Bringing up the example ${name}`,
                act: bringUp,
                closing: (outputs, { kubectl }) => [
                    ...exampleClosing(outputs, kubectl),
                    "",
                    `It explains itself in examples/${name}/README.md. To take it away:`,
                    `  ${common.removalLine}`,
                ],
            };
        case "destroy":
            return {
                ...common,
                name: `${called} --destroy`,
                title: () => `Taking away the example ${name}`,
                act: takeAway,
            };
        case "cancel":
            return {
                ...common,
                name: `${called} --cancel`,
                title: () => `Removing the lock of the example ${name}`,
                act: forgetLock,
            };
    }
}
