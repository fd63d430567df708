import assert from "node:assert/strict";
import { BinaryReader, BinaryWriter } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { useNativeStrings } from "../../sandbox/providers/plugin/strings";

describe("strings of google-protobuf by Node.js's own code", () => {
    const texts = ["", "a", "añ€😀", "x".repeat(300_000), "ключ".repeat(5_000)];
    const replaced = [
        [BinaryReader.prototype, "readString"],
        [BinaryWriter.prototype, "writeString"],
    ] as const;
    const originals = replaced.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));

    afterEach(() => {
        replaced.forEach(([owner, name], index) => {
            Object.defineProperty(owner, name, originals[index] ?? {});
        });
    });

    function written(text: string | undefined): Buffer {
        const writer = new BinaryWriter();
        writer.writeString(7, text);
        return Buffer.from(writer.getResultBuffer());
    }

    it("are the same on the wire", () => {
        const before = texts.map(written);
        useNativeStrings();
        assert.deepEqual(texts.map(written), before);
    });

    it("are left out where there is none", () => {
        useNativeStrings();
        assert.equal(written(undefined).length, 0);
    });

    it("come back as they were, in values within values too", () => {
        const value = { ключ: texts, b: { c: "😀", d: 1.5, e: null, f: true } };
        const before = Buffer.from(Struct.fromJavaScript(value).serializeBinary());
        useNativeStrings();
        const after = Struct.fromJavaScript(value).serializeBinary();
        assert.deepEqual(Buffer.from(after), before);
        assert.deepEqual(Struct.deserializeBinary(after).toJavaScript(), value);
    });
});
