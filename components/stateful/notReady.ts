import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { StatefulServiceArgs } from "./args";
import { selectorLabels, statefulDefaults } from "./specs";

type Explained = Pick<StatefulServiceArgs, "name" | "readyTimeoutMinutes" | "notReadyHint">;

/** The provider's words for an object that is there and isn't what was waited for. */
const unfinished = /failed to (fully )?initialize|become live/;

/**
 * Tells what to look at when Pods don't get ready in time: an annotation `pulumi.com/waitFor` fails with the condition
 * that isn't met, and no word about a Pod. The provider's own error stays, which a hook can't take the place of.
 *
 * @param name unique within the stack
 */
export function explainNotReady(name: string, args: Explained): pulumi.ErrorHook {
    return new pulumi.ErrorHook(
        `StatefulService ${name}: Pods that don't get ready`,
        // The engine calls from outside of the run that the log belongs to.
        AsyncResource.bind(async ({ errors, newInputs }: ErrorHookArgs) => {
            if (errors.some((error) => unfinished.test(error))) {
                const { metadata } = newInputs as { metadata?: { namespace?: string } };
                // Not of the resource: the log would wait for its URN, which comes after this.
                await pulumi.log.error(notReadyMessage(args, metadata?.namespace ?? "default"));
            }
            return false;
        }),
    );
}

type ErrorHookArgs = Parameters<pulumi.ErrorHook["callback"]>[0];

export function notReadyMessage(
    {
        name,
        readyTimeoutMinutes = statefulDefaults.readyTimeoutMinutes,
        notReadyHint = "",
    }: Explained,
    namespace: string,
): string {
    const selector = Object.entries(selectorLabels({ name }))
        .map((label) => label.join("="))
        .join();
    return (
        `StatefulSet ${name}: not all Pods were ready, with what they are to run, within ${readyTimeoutMinutes} min. ` +
        `\`kubectl describe pods -n ${namespace} -l ${selector}\` says why. ${notReadyHint}`.trimEnd()
    );
}
