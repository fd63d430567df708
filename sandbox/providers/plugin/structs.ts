import { BinaryReader, BinaryWriter, Message } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { decodeStruct, encodeStruct } from "./structCodec";

/** Structs as they are on the wire: those that were received, or made of an object, and not looked into since. */
const onWire = new WeakMap<Struct, Uint8Array>();

// As google-protobuf has them.
/* eslint-disable @typescript-eslint/unbound-method -- each is called with what it belongs to */
const { readMessage } = BinaryReader.prototype;
const { writeMessage } = BinaryWriter.prototype;
const { getFieldsMap, toJavaScript } = Struct.prototype;
/* eslint-enable @typescript-eslint/unbound-method */

/**
 * google-protobuf makes of every value of a Struct a message with a map or a list inside, before it makes an object of
 * them all: ten times the time of making the object at once, and half of what a plugin did in a preview. The SDK and
 * the plugins ask for objects only; whoever asks a Struct for its fields gets them as ever.
 */
export function useQuickStructs(): void {
    BinaryReader.prototype.readMessage = function (message, read) {
        if (message instanceof Struct) {
            onWire.set(message, this.readBytes());
        } else {
            readMessage.call(this, message, read);
        }
    };
    BinaryWriter.prototype.writeMessage = function (field, message, write) {
        const bytes = message instanceof Struct ? onWire.get(message) : undefined;
        if (bytes === undefined) {
            writeMessage.call(this, field, message, write);
        } else {
            this.writeBytes(field, bytes);
        }
    };
    Struct.fromJavaScript = (object) => {
        const struct = new Struct();
        onWire.set(struct, encodeStruct(object));
        return struct;
    };
    Struct.prototype.toJavaScript = function () {
        const bytes = onWire.get(this);
        return bytes === undefined ? toJavaScript.call(this) : decodeStruct(bytes);
    };
    Struct.prototype.getFieldsMap = function () {
        const bytes = onWire.get(this);
        if (bytes !== undefined) {
            onWire.delete(this);
            Struct.deserializeBinaryFromReader(this, new BinaryReader(bytes));
        }
        return getFieldsMap.call(this);
    };
    // It copies the fields of a message one by one, and those of such a Struct are not there.
    Message.prototype.clone = Message.prototype.cloneMessage = function () {
        const kind = this.constructor as typeof Struct;
        return kind.deserializeBinary(this.serializeBinary());
    };
}
