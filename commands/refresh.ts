import { runCommand } from "./run";

void runCommand({
    name: "refresh",
    purpose: "Takes what changed on the cluster since the last run into the stack's state.",
    mode: "refresh",
    title: (stackName) => `Refreshing stack ${stackName}`,
    act: async (stack, view, note) => {
        await stack.refresh({ onEvent: view.onEvent, onNote: note });
        return undefined;
    },
});
