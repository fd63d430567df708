import { forgetLock } from "./acts";
import { runCommand } from "./run";

void runCommand({
    name: "cancel",
    purpose: "Forgets the lock of a run that no longer exists. Never use it beside one that does.",
    title: (stackName) => `Removing the lock of stack ${stackName}`,
    act: forgetLock,
});
