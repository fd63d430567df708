import { join } from "node:path";
import type { OpenedStack } from "./stack";
import { copySettings } from "./stack";
import { endpointsOf } from "./outputs";
import type { SwitchoverArguments } from "./primaryRequest";
import {
    makesRequest,
    parseSwitchoverArguments,
    requestsFor,
    setPrimary,
    switchoverUsage,
} from "./primaryRequest";
import { execute, reportErrors } from "./run";
import { UserError } from "./userError";

const projectDirectory = join(__dirname, "..");

void reportErrors(async () => {
    const words = parseSwitchoverArguments(process.argv.slice(2), process.env);
    if (words === undefined) {
        console.log(switchoverUsage);
        return;
    }
    await execute(
        {
            name: `switchover -- ${words.ordinal}`,
            title: (stackName) => `Making Pod ${words.ordinal} the primary of stack ${stackName}`,
            act: async (stack, view, note) => {
                await assertIsUp(stack, words);
                const bringBack = setPrimary(projectDirectory, words.stackName, words.ordinal);
                const request = { isMade: false };
                try {
                    shareSettings(stack, words.stackName);
                    return await stack.up({
                        onEvent: (event) => {
                            request.isMade ||= makesRequest(event);
                            view.onEvent(event);
                        },
                        onNote: note,
                        replace: requestsFor(words.ordinal, await stack.automation.exportStack()),
                    });
                } catch (error) {
                    bringBack(request.isMade);
                    if (request.isMade) {
                        note(`mysqlPrimary isn't set in Pulumi.${words.stackName}.yaml now.`);
                    }
                    throw error;
                }
            },
            closing: (outputs) => [
                `${endpointsOf(outputs)?.statefulSet}-${words.ordinal} is the primary. ` +
                    `mysqlPrimary is ${words.ordinal} in Pulumi.${words.stackName}.yaml now.`,
            ],
        },
        words,
    );
});

async function assertIsUp(stack: OpenedStack, { stackName }: SwitchoverArguments): Promise<void> {
    if (endpointsOf(await stack.automation.outputs()) === undefined) {
        throw new UserError(`Stack "${stackName}" is not up. Bring it up by npm start.`);
    }
}

/** A stack of the sandbox's engine has a copy of the settings, made before they changed. */
function shareSettings({ automation }: OpenedStack, stackName: string): void {
    const { workDir } = automation.workspace;
    if (workDir !== projectDirectory) {
        copySettings(projectDirectory, workDir, stackName);
    }
}
