import { takeAway } from "./acts";
import { runCommand } from "./run";

void runCommand({
    name: "destroy",
    purpose:
        "Removes the stack's resources. The databases' volumes stay, and npm start finds them.",
    title: (stackName) => `Destroying stack ${stackName}`,
    act: takeAway,
    closing: () => [
        "The volumes and their data stay. npm start brings the stack up on them again.",
    ],
});
