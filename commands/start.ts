import { bringUp } from "./acts";
import { endpointsOf, linesToPaste, outputLines } from "./outputs";
import { runCommand } from "./run";

void runCommand({
    name: "start",
    purpose: "Brings the stack up and prints where to write and where to read.",
    title: (stackName) => `Bringing up stack ${stackName}`,
    act: bringUp,
    closing: (outputs, _, words) => {
        const lines = ["", "Outputs", ...outputLines(outputs)];
        if (endpointsOf(outputs) !== undefined) {
            const { write, read } = linesToPaste(words);
            lines.push("", "Write a row through the primary:", write);
            lines.push("", "Read it through the read endpoint:", read);
        }
        return lines;
    },
});
