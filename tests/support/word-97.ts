import { CFB } from "@e965/xlsx";

const TEXT_AT = 0x600;

/** A Word document of the binary format of 1997: its text in one piece, a paragraph a line. */
export function makeDoc(text: string, options: { encrypted?: boolean } = {}): Uint8Array {
  const body = Buffer.from(text.replaceAll("\n", "\r"), "utf16le");
  const word = Buffer.alloc(TEXT_AT + body.length);
  word.writeUInt16LE(0xa5ec, 0);
  word.writeUInt16LE(0x0200 | (options.encrypted ? 0x0100 : 0), 0x0a);
  word.writeUInt32LE(TEXT_AT, 0x18);
  word.writeUInt32LE(text.length, 0x4c);
  body.copy(word, TEXT_AT);
  // The table stream holds the piece table alone: two character positions and the piece between them.
  const pieces = Buffer.alloc(5 + 8 + 8);
  pieces.writeUInt8(2, 0);
  pieces.writeUInt32LE(16, 1);
  pieces.writeUInt32LE(0, 5);
  pieces.writeUInt32LE(text.length, 9);
  pieces.writeUInt32LE(TEXT_AT, 15);
  word.writeUInt32LE(0, 0x1a2);
  word.writeUInt32LE(pieces.length, 0x1a6);
  return makeCompound({ WordDocument: word, "1Table": pieces });
}

/** An OLE compound file with these streams at its root. */
export function makeCompound(streams: Record<string, Uint8Array>): Uint8Array {
  const file = CFB.utils.cfb_new();
  for (const [name, content] of Object.entries(streams)) CFB.utils.cfb_add(file, `/${name}`, content);
  return new Uint8Array(CFB.write(file, { type: "buffer" }));
}
