// google.protobuf.Struct, in which all properties of resources travel, read from and written to its bytes at once
// (https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/struct.proto).
import { Reader, Writer } from "protobufjs/minimal";
import type { Json, JsonObject } from "./json";

// Fields of Struct, its entries, Value and ListValue.
const FIELDS = 1;
const KEY = 1;
const VALUE = 2;
const NULL = 1;
const NUMBER = 2;
const TEXT = 3;
const BOOLEAN = 4;
const STRUCT = 5;
const LIST = 6;
const VALUES = 1;

// How a field is written, in the last three bits of its tag.
const VARINT = 0;
const EIGHT_BYTES = 1;
const DELIMITED = 2;

const tag = (field: number, wireType: number) => (field << 3) | wireType;

/** The object whose Struct this is. Its keys are sorted, as by google-protobuf: the engine sends them in any order. */
export function decodeStruct({ buffer, byteOffset, length }: Uint8Array): JsonObject {
    // Of a Buffer strings are read by Node.js's own code, of other arrays character by character.
    return readStruct(Reader.create(Buffer.from(buffer, byteOffset, length)), length);
}

function readStruct(reader: Reader, end: number): JsonObject {
    const entries: [string, Json][] = [];
    while (reader.pos < end) {
        if (isField(reader, FIELDS)) {
            entries.push(readEntry(reader, endOfNext(reader)));
        }
    }
    const object: JsonObject = {};
    for (const [key, value] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
        object[key] = value;
    }
    return object;
}

function readEntry(reader: Reader, end: number): [string, Json] {
    let key = "";
    let value: Json = null;
    while (reader.pos < end) {
        const word = reader.uint32();
        if (word >>> 3 === KEY) {
            key = reader.string();
        } else if (word >>> 3 === VALUE) {
            value = readValue(reader, endOfNext(reader));
        } else {
            reader.skipType(word & 7);
        }
    }
    return [key, value];
}

function readList(reader: Reader, end: number): Json[] {
    const list: Json[] = [];
    while (reader.pos < end) {
        if (isField(reader, VALUES)) {
            list.push(readValue(reader, endOfNext(reader)));
        }
    }
    return list;
}

function readValue(reader: Reader, end: number): Json {
    let value: Json | undefined;
    while (reader.pos < end) {
        const word = reader.uint32();
        switch (word >>> 3) {
            case NULL:
                reader.uint32();
                value = null;
                break;
            case NUMBER:
                value = reader.double();
                break;
            case TEXT:
                value = reader.string();
                break;
            case BOOLEAN:
                value = reader.bool();
                break;
            case STRUCT:
                value = readStruct(reader, endOfNext(reader));
                break;
            case LIST:
                value = readList(reader, endOfNext(reader));
                break;
            default:
                reader.skipType(word & 7);
        }
    }
    if (value === undefined) {
        throw new Error("a value of a Struct has no kind that is known here");
    }
    return value;
}

/** Reads a tag; what another field holds is skipped. */
function isField(reader: Reader, field: number): boolean {
    const word = reader.uint32();
    if (word >>> 3 === field) {
        return true;
    }
    reader.skipType(word & 7);
    return false;
}

function endOfNext(reader: Reader): number {
    const length = reader.uint32();
    return reader.pos + length;
}

/** The bytes of an object's Struct. */
export function encodeStruct(object: JsonObject): Uint8Array {
    const writer = Writer.create();
    writeStruct(writer, object);
    return writer.finish();
}

function writeStruct(writer: Writer, object: JsonObject): void {
    for (const [key, value] of Object.entries(object)) {
        writer.uint32(tag(FIELDS, DELIMITED)).fork();
        writer.uint32(tag(KEY, DELIMITED)).string(key);
        writer.uint32(tag(VALUE, DELIMITED)).fork();
        writeValue(writer, value);
        writer.ldelim().ldelim();
    }
}

function writeValue(writer: Writer, value: Json): void {
    if (value === null) {
        writer.uint32(tag(NULL, VARINT)).uint32(0);
    } else if (typeof value === "number") {
        writer.uint32(tag(NUMBER, EIGHT_BYTES)).double(value);
    } else if (typeof value === "string") {
        writer.uint32(tag(TEXT, DELIMITED)).string(value);
    } else if (typeof value === "boolean") {
        writer.uint32(tag(BOOLEAN, VARINT)).bool(value);
    } else if (Array.isArray(value)) {
        writer.uint32(tag(LIST, DELIMITED)).fork();
        for (const item of value) {
            writer.uint32(tag(VALUES, DELIMITED)).fork();
            writeValue(writer, item);
            writer.ldelim();
        }
        writer.ldelim();
    } else if (typeof value === "object") {
        writer.uint32(tag(STRUCT, DELIMITED)).fork();
        writeStruct(writer, value);
        writer.ldelim();
    } else {
        throw new Error(`a Struct can't hold a value of type ${typeof value}`);
    }
}
