import { StringDecoder } from "node:string_decoder";

// Stands in for `iconv-lite` in the bundle: mysql2 asks it for what Node.js can't read itself. A connection is utf8mb4;
// only the notes in a server's answers may be labelled with its own character set (gbk, say), and they are ASCII.

export function getDecoder(): StringDecoder {
    return new StringDecoder("utf8");
}

export function getEncoder(): { write: (text: string) => Buffer; end: () => undefined } {
    return { write: (text) => Buffer.from(text, "utf8"), end: () => undefined };
}
