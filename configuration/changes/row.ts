/** - nothing: no object differs.
 *  - in place: objects are updated, and no Pod restarts.
 *  - rolling restart: MySQL's Pods restart one by one.
 *  - controller restart: only the Pods of the controller restart.
 *  - switchover: another Pod becomes the primary, and none restarts.
 *  - provisioner restart: only the NFS provisioner's Pod restarts.
 *  - more, less: objects are made beside, or taken away from, those that stay as they are.
 *  - refused: the preview fails with the remedy, so nothing is done.
 *  - protected: the same as long as the key `protect` is on. */
export type Effect =
    | "nothing"
    | "in place"
    | "rolling restart"
    | "controller restart"
    | "switchover"
    | "provisioner restart"
    | "more"
    | "less"
    | "refused"
    | "protected";

type Fields = Readonly<Record<string, unknown>>;

/** One change of a stack that has mysqlPods 3 and what test/cluster/support/shared.ts sets. */
export interface Change {
    readonly key: string;
    /** What is changed, in words. */
    readonly what: string;
    /** The new value; undefined unsets the key. */
    readonly to: unknown;
    /** Other keys that have to change with it. */
    readonly with: Fields;
    /** What happens to each object: "update StatefulSet mysql: spec.replicas", with all that differs in it. */
    readonly steps: readonly string[];
    /** What the one error says besides key and value: the value that stays, and the remedy. */
    readonly says: readonly string[];
}

/** Changes of which the same is to be said. */
export interface Rule {
    /** Narrows down the keys: "up". */
    readonly which?: string;
    readonly effect: Effect;
    readonly happens: string;
    readonly changes: readonly Change[];
}

export function change(
    key: string,
    what: string,
    to: unknown,
    steps: readonly string[] = [],
    others: Fields = {},
): Change {
    return { key, what, to, with: others, steps, says: [] };
}

export function refused(
    key: string,
    what: string,
    to: unknown,
    says: readonly string[],
    others: Fields = {},
): Change {
    return { key, what, to, with: others, steps: [], says };
}

/** How the error begins that forbids what can't be done. */
export const back = "bring the old value back";
