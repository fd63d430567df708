import * as assert from "node:assert/strict";
import { Simulation } from "./world/scenario";

/** Each seed is another history; SEED=n runs that one alone. */
function seeds(first: number, number: number): number[] {
    const only = process.env.SEED;
    return only === undefined
        ? Array.from({ length: number }, (_, index) => first + index)
        : [Number(only)];
}

describe("a simulated cluster", function () {
    this.timeout(120_000);

    for (const pods of [1, 2, 3, 4, 5]) {
        it(`of ${pods} becomes whole from nothing, and stays`, () => {
            const { confirmed, term } = new Simulation({
                seed: pods,
                pods,
                steps: 300,
                faults: false,
            }).run();
            assert.ok(confirmed > 0);
            assert.equal(term, 1);
        });
    }

    for (const pods of [2, 3, 4, 5]) {
        it(`of ${pods} loses no confirmed commit, whatever crashes, freezes or is cut off`, () => {
            const terms = seeds(pods * 1000, 60).map((seed) => {
                try {
                    return new Simulation({
                        seed,
                        pods,
                        steps: 1500,
                        wipes: seed % 3 !== 1,
                        scales: seed % 3 !== 2,
                        abrupt: seed % 3 === 1,
                        switchovers: true,
                    }).run().term;
                } catch (error) {
                    throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
                }
            });
            assert.ok(Math.max(...terms) > 2, "no seed has changed the primary");
        });
    }
});
