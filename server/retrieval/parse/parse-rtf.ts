import { DocumentRefused, type ParsedText } from "#server/retrieval/parse/document";
import { RtfWriter } from "#server/retrieval/parse/rtf-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** A control word with its number, a control sign, an escaped byte, a brace, or a run of text. */
const TOKEN = /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([\da-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+/g;

/** Groups deeper than this are no text that a program wrote. */
const MAX_DEPTH = 1_000;

/** Reads Rich Text: paragraphs, headings by their style or outline level, table rows. Pictures and objects are left out. */
export function parseRtf(bytes: Uint8Array): ParsedText {
  // One character a byte: RTF is ASCII, and other letters are escaped, in a code page that the text names.
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const builder = new TextBuilder();
  const writer = new RtfWriter(builder);
  const tokens = new RegExp(TOKEN);
  for (let token = tokens.exec(source); token !== null; token = tokens.exec(source)) {
    const [, word, number, byte, sign, brace, text] = token;
    if (brace === "{") writer.openGroup();
    else if (brace === "}") writer.closeGroup();
    // What follows are so many bytes of anything, braces among them.
    else if (word === "bin") tokens.lastIndex += Math.max(0, Number(number ?? 0));
    else if (word !== undefined) writer.control(word, number === undefined ? null : Number(number));
    else if (byte !== undefined) writer.byte(Number.parseInt(byte, 16));
    else if (sign !== undefined) writer.sign(sign);
    else if (text !== undefined) writer.text(text);
    if (writer.depth > MAX_DEPTH) {
      throw new DocumentRefused("corrupt", `The Rich Text file nests more than ${MAX_DEPTH} groups.`);
    }
  }
  writer.end();
  return builder.result();
}
