import { mysqlRules } from "./mysql";
import { roleRules } from "./roles";
import type { Rule } from "./row";
import { storageRules } from "./storage";

export type { Change, Effect, Rule } from "./row";

/**
 * What a change of each key does to a stack that runs and holds data. docs/changes.md and the README's table are
 * made from this (`npm run docs`), and test/cluster/stack/safeChanges.test.ts walks every row through a preview.
 */
export const rules: readonly Rule[] = [...mysqlRules, ...roleRules, ...storageRules];

/** What else changes running data, and is no key. */
export const otherChanges: readonly (readonly [string, string])[] = [
    [
        "a new password in your Secret",
        "the next `pulumi up` restarts the Pods one by one, and they take it",
    ],
    [
        "`pulumi destroy`",
        "refused while `protect` is on; then everything goes but the namespace, the claims and their volumes, and the next `pulumi up` finds the data",
    ],
];
