import { Engine, engineAddress } from "../plugin/engine";
import { serve } from "../plugin/server";
import { RandomProvider } from "./provider";

serve(new RandomProvider(), new Engine(engineAddress(process.argv)), {
    variables: {},
    samples: [
        { type: "random:index/randomPassword:RandomPassword", news: { length: 8 }, olds: {} },
    ],
});
