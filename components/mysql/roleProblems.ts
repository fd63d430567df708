import { checkImage, checkWhole, oneOf, resourcesProblems } from "../checks";
import type { NameOf } from "../declared";
import type { Problem } from "../problem";
import { problemIf } from "../problem";
import type { MysqlClusterArgs } from "./args";
import type { FullArgs } from "./withDefaults";
import { withDefaults } from "./withDefaults";

/** What is wrong with the arguments about roles and with those of the controller, which decides them. */
export function roleProblems(args: MysqlClusterArgs, nameOf: NameOf): Problem[] {
    const { readsFromPrimary, failoverAfterSeconds, controller } = withDefaults(args);
    return [
        ...primaryProblems(args, nameOf),
        ...problemIf(
            "readsFromPrimary",
            readsFromPrimary,
            oneOf(["never", "whenAlone"])(readsFromPrimary),
        ),
        ...problemIf(
            "failoverAfterSeconds",
            failoverAfterSeconds,
            checkWhole(failoverAfterSeconds, 2, 600),
        ),
        ...problemIf("controller.image", controller.image, checkImage(controller.image)),
        ...problemIf("controller.pods", controller.pods, checkWhole(controller.pods, 1, 2)),
        ...resourcesProblems("controller.resources", controller.resources),
    ];
}

/** It must be one of the Pods, also when there are to be fewer of them. */
function primaryProblems(args: MysqlClusterArgs, nameOf: NameOf): Problem[] {
    const { primary, pods } = withDefaults(args);
    if (primary === undefined) {
        return [];
    }
    // A number of Pods that is wrong itself says nothing of the Pods.
    if (checkWhole(pods, 1, 15) !== undefined) {
        return problemIf("primary", primary, checkWhole(primary, 0, 14));
    }
    const remedy =
        pods === 1
            ? `give 0, the only Pod of ${nameOf("pods")} 1, or unset it`
            : `give a whole number from 0 to ${pods - 1}, one of the Pods of ${nameOf("pods")} ${pods}, or unset it`;
    return problemIf(
        "primary",
        primary,
        checkWhole(primary, 0, pods - 1) === undefined ? undefined : remedy,
    );
}

/** What to tell of a cluster whose read endpoint leads nowhere, as asked for. */
export function loneReadsWarning(
    { name, pods, readsFromPrimary }: Pick<FullArgs, "name" | "pods" | "readsFromPrimary">,
    nameOf: NameOf,
): string | undefined {
    return pods === 1 && readsFromPrimary === "never"
        ? `${nameOf("pods")} is 1 and ${nameOf("readsFromPrimary")} never, so ${name}-read reaches no Pod: ` +
              `set ${nameOf("readsFromPrimary")} to whenAlone where it may reach the primary`
        : undefined;
}
