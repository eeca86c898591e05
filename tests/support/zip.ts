import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  name: string;
  content: string | Uint8Array;
  /** The inflated size that the directory claims; the true one when absent. */
  claimedSize?: number;
  encrypted?: boolean;
}

/** Writes a zip archive, also one that lies about its sizes. */
export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = writeEntry(entry, offset);
    files.push(local);
    directory.push(central);
    offset += local.length;
  }
  const tail = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(tail.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...files, tail, end]));
}

function writeEntry(entry: ZipEntry, offset: number): { local: Buffer; central: Buffer } {
  const raw = Buffer.from(entry.content);
  const packed = deflateRawSync(raw);
  const name = Buffer.from(entry.name);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(entry.encrypted ? 1 : 0, 2);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(crc32(raw), 10);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(entry.claimedSize ?? raw.length, 18);
  facts.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), facts, name, packed]);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(offset, 10);
  const central = Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), facts, place, name]);
  return { local, central };
}

const CONTENT_TYPES = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
const RELATIONS = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`;

/** A Word document whose body is the given WordprocessingML. */
export function makeDocx(body: string, options: { prolog?: string; claimedSize?: number } = {}): Uint8Array {
  const document = `<?xml version="1.0"?>${options.prolog ?? ""}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;
  const claimed = options.claimedSize === undefined ? {} : { claimedSize: options.claimedSize };
  return makeZip([
    { name: "[Content_Types].xml", content: CONTENT_TYPES },
    { name: "_rels/.rels", content: RELATIONS },
    { name: "word/document.xml", content: document, ...claimed },
  ]);
}

/** A paragraph, as a heading of a level when one is given. */
export function docxParagraph(text: string, heading?: number): string {
  const style = heading === undefined ? "" : `<w:pPr><w:pStyle w:val="Heading${heading}"/></w:pPr>`;
  return `<w:p>${style}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}
