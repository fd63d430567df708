import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const fails = process.env["LATE_FAILURE"] === "1";

new random.RandomPassword("first", { length: 10 });

new random.RandomPassword("second", {
    length: pulumi.output(setTimeout(100, 10)).apply((length) => {
        if (fails) {
            throw new Error("second can't be told its length");
        }
        return length;
    }),
});
