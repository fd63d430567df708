import assert from "node:assert/strict";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as fc from "fast-check";
import { BinaryReader, BinaryWriter, Message } from "google-protobuf";
import { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import { decodeStruct, encodeStruct } from "../../sandbox/providers/plugin/structCodec";
import type { JsonObject } from "../../sandbox/providers/plugin/json";
import { useQuickStructs } from "../../sandbox/providers/plugin/structs";

/** Any object of plain JSON, whatever its strings hold; a key of that name would be the prototype. */
const objects = fc
    .dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" }), {
        noNullPrototype: true,
    })
    .filter((object) => !JSON.stringify(object).includes("__proto__"))
    .map((object) => object as JsonObject);

/** Keys of all levels, in their order. */
function keysOf(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(keysOf);
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).map(([key, inner]) => [key, keysOf(inner)])
        : undefined;
}

describe("the codec of Structs", () => {
    const theirs = (object: JsonObject) => Struct.fromJavaScript(object).serializeBinary();

    it("reads what google-protobuf writes, with the keys in its order", () => {
        fc.assert(
            fc.property(objects, (object) => {
                const bytes = theirs(object);
                const read = decodeStruct(bytes);
                assert.deepEqual(read, object);
                assert.deepEqual(
                    keysOf(read),
                    keysOf(Struct.deserializeBinary(bytes).toJavaScript()),
                );
            }),
        );
    });

    it("writes what google-protobuf reads", () => {
        fc.assert(
            fc.property(objects, (object) => {
                const struct = Struct.deserializeBinary(encodeStruct(object));
                assert.deepEqual(struct.toJavaScript(), object);
            }),
        );
    });

    it("keeps what is long, and numbers to their last bit", () => {
        const object = {
            text: "ключ€😀".repeat(50_000),
            list: Array.from({ length: 5_000 }, (_, index) => index / 7),
            edges: [Number.MAX_VALUE, Number.MIN_VALUE, -0, 2 ** 53, Infinity, -Infinity],
        };
        assert.deepEqual(decodeStruct(encodeStruct(object)), object);
    });

    it("passes over fields of a later version", () => {
        const later = new BinaryWriter();
        const entry = new BinaryWriter();
        entry.writeString(1, "key");
        const value = new BinaryWriter();
        value.writeString(9, "new kind of remark");
        value.writeBool(4, true);
        entry.writeBytes(2, value.getResultBuffer());
        entry.writeDouble(3, 1.5);
        later.writeBytes(1, entry.getResultBuffer());
        later.writeInt32(2, 77);
        assert.deepEqual(decodeStruct(later.getResultBuffer()), { key: true });
    });

    it("refuses a value of no kind, and bytes that end early", () => {
        const entry = new BinaryWriter();
        entry.writeString(1, "key");
        entry.writeBytes(2, new Uint8Array());
        const struct = new BinaryWriter();
        struct.writeBytes(1, entry.getResultBuffer());
        assert.throws(() => decodeStruct(struct.getResultBuffer()), /no kind that is known here/);
        const whole = encodeStruct({ key: "value" });
        assert.throws(() => decodeStruct(whole.subarray(0, -1)), RangeError);
    });

    it("refuses what JSON has no word for", () => {
        for (const value of [undefined, () => 1, 1n, Symbol("s")]) {
            assert.throws(
                () => encodeStruct({ key: value } as unknown as JsonObject),
                new RegExp(`a Struct can't hold a value of type ${typeof value}`),
            );
        }
    });
});

describe("messages with Structs", () => {
    const replaced: readonly (readonly [object, string])[] = [
        [BinaryReader.prototype, "readMessage"],
        [BinaryWriter.prototype, "writeMessage"],
        [Struct, "fromJavaScript"],
        [Struct.prototype, "toJavaScript"],
        [Struct.prototype, "getFieldsMap"],
        [Message.prototype, "clone"],
        [Message.prototype, "cloneMessage"],
    ];
    const originals = replaced.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));
    const restore = () => {
        replaced.forEach(([owner, name], index) => {
            const original = originals[index];
            if (original === undefined) {
                Reflect.deleteProperty(owner, name);
            } else {
                Object.defineProperty(owner, name, original);
            }
        });
    };
    const object = { b: [1, null, { c: "😀" }], a: { d: true, e: {} }, f: [] };

    function request(news: Struct): messages.CheckRequest {
        const message = new messages.CheckRequest();
        message.setUrn("urn");
        message.setNews(news);
        message.setRandomseed(new Uint8Array([1, 2]));
        return message;
    }

    afterEach(restore);

    it("are read the same by either side", () => {
        const theirs = request(Struct.fromJavaScript(object)).serializeBinary();
        useQuickStructs();
        const ours = request(Struct.fromJavaScript(object)).serializeBinary();
        for (const bytes of [theirs, ours]) {
            const read = messages.CheckRequest.deserializeBinary(bytes);
            assert.equal(read.getUrn(), "urn");
            assert.deepEqual(read.getNews()?.toJavaScript(), object);
            assert.deepEqual([...read.getRandomseed_asU8()], [1, 2]);
            assert.equal(read.getOlds(), undefined);
        }
        restore();
        const read = messages.CheckRequest.deserializeBinary(ours);
        assert.deepEqual(read.getNews()?.toJavaScript(), object);
    });

    it("can be looked into and changed by their fields", () => {
        useQuickStructs();
        const struct = Struct.fromJavaScript(object);
        struct.getFieldsMap().set("a", Value.fromJavaScript("other"));
        const bytes = request(struct).serializeBinary();
        const read = messages.CheckRequest.deserializeBinary(bytes).getNews();
        assert.deepEqual(read?.toJavaScript(), { ...object, a: "other" });
        assert.equal(read.getFieldsMap().get("a")?.getStringValue(), "other");
        assert.deepEqual(read.toJavaScript(), { ...object, a: "other" });
    });

    it("hold all that they did when they are copied, listed, or within a value", () => {
        useQuickStructs();
        const message = request(Struct.fromJavaScript(object));
        assert.deepEqual(message.cloneMessage().getNews()?.toJavaScript(), object);
        assert.equal(message.toObject().news?.fieldsMap.length, 3);
        const value = Value.fromJavaScript({ inner: object });
        const again = Value.deserializeBinary(value.serializeBinary());
        assert.deepEqual(again.toJavaScript(), { inner: object });
    });

    it("hold an empty object as well", () => {
        useQuickStructs();
        const bytes = request(Struct.fromJavaScript({})).serializeBinary();
        const read = messages.CheckRequest.deserializeBinary(bytes);
        assert.equal(read.hasNews(), true);
        assert.deepEqual(read.getNews()?.toJavaScript(), {});
        assert.equal(messages.CheckRequest.deserializeBinary(new Uint8Array()).hasNews(), false);
    });
});
