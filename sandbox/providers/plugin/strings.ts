import { BinaryReader, BinaryWriter } from "google-protobuf";

/**
 * google-protobuf 3 reads and writes strings character by character in JavaScript, which for a ConfigMap of 200 kB
 * takes longer than all else in a preview. Node.js's own code does the same in no time. (Its version 4 does so too, but
 * the SDK's messages don't work with it.)
 */
export function useNativeStrings(): void {
    BinaryReader.prototype.readString = function () {
        const { buffer, byteOffset, length } = this.readBytes();
        return Buffer.from(buffer, byteOffset, length).toString("utf8");
    };
    // On the wire a string is its bytes.
    BinaryWriter.prototype.writeString = function (field, value) {
        this.writeBytes(field, value === undefined ? value : Buffer.from(value, "utf8"));
    };
}
