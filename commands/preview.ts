import { runCommand } from "./run";

void runCommand({
    name: "preview",
    purpose: "Shows what npm start would change, and changes nothing.",
    mode: "preview",
    title: (stackName) => `Preview of stack ${stackName}`,
    act: async (stack, view) => {
        await stack.preview({ onEvent: view.onEvent });
        return undefined;
    },
});
