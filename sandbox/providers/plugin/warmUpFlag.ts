/** Argument of the run that only compiles; by itself, so that the launcher does not bundle the rest. */
export const WARM_UP = "--warm-up";
