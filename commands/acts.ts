import type { Command } from "./run";

// What commands do with a stack, for those that do the same with different stacks.

export const bringUp: Command["act"] = (stack, view, note) =>
    stack.up({ onEvent: view.onEvent, onNote: note });

export const takeAway: Command["act"] = async (stack, view, note) => {
    await stack.destroy({ onEvent: view.onEvent, onNote: note });
    return undefined;
};

export const forgetLock: Command["act"] = async (stack) => {
    await stack.automation.cancel();
    return undefined;
};
