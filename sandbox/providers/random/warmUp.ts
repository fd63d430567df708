import type { WarmUp } from "../plugin/warmUp";

export const WARM_UP_RUN: WarmUp = {
    variables: {},
    samples: [
        { type: "random:index/randomPassword:RandomPassword", news: { length: 8 }, olds: {} },
    ],
};
