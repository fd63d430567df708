import * as assert from "node:assert/strict";
import { collations } from "../../components/mysql/collations";

describe("the list of collations", () => {
    it("is complete: as many as the server has", () => {
        // SELECT COUNT(*) FROM information_schema.collations, of all and of the large sets, on 9.7.4
        assert.equal([...collations.values()].flat().length, 286);
        for (const [characterSet, count] of [
            ["utf8mb4", 89],
            ["utf8mb3", 28],
            ["ucs2", 27],
            ["utf16", 26],
            ["utf32", 26],
        ] as const) {
            assert.equal(collations.get(characterSet)?.length, count, characterSet);
        }
    });

    it("gives each character set its own, the binary one among them", () => {
        assert.equal(collations.size, 41);
        for (const [characterSet, names] of collations) {
            assert.equal(new Set(names).size, names.length, characterSet);
            assert.ok(names.every((name) => `${name}_`.startsWith(`${characterSet}_`)));
            assert.ok(
                names.some((name) => name === "binary" || name === `${characterSet}_bin`),
                characterSet,
            );
        }
    });
});
