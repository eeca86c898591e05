import type yauzl from "yauzl";
import { DocumentRefused, passwordRefusal } from "#server/retrieval/parse/document";
import { damagedZip, openZip } from "#server/retrieval/parse/read-zip";

const MAX_ENTRIES = 5_000;
const MAX_ENTRY_BYTES = 50 * 1024 * 1024;
const MAX_TOTAL_BYTES = 200 * 1024 * 1024;
/** Inflated over stored, judged only for entries larger than {@link RATIO_FROM_BYTES}. */
const MAX_RATIO = 150;
const RATIO_FROM_BYTES = 2 * 1024 * 1024;
const ENCRYPTED_FLAG = 0x1;

/**
 * Inflates every entry of a zip once, counting bytes, before any library is let near it: the sizes in the directory
 * are whatever the maker wrote. Returns the entries' names and what the one called `mimetype` says. Throws DocumentRefused
 * `expands_too_much`, `encrypted`, `corrupt`, or `unsupported` for Office XML with a document type declaration.
 */
export async function checkZip(bytes: Uint8Array): Promise<{ names: string[]; mimetype: string }> {
  const names: string[] = [];
  let total = 0;
  let mimetype = "";
  try {
    // The declared sizes are checked by counting, below.
    const zip = await openZip(bytes, { validateEntrySizes: false });
    for await (const entry of zip.eachEntry()) {
      if (names.length >= MAX_ENTRIES) throw bomb(`more than ${MAX_ENTRIES} parts`);
      if ((entry.generalPurposeBitFlag & ENCRYPTED_FLAG) !== 0) {
        throw passwordRefusal("The file");
      }
      names.push(entry.fileName);
      if (entry.fileName.endsWith("/")) continue;
      const { inflated, head } = await countEntry(zip, entry);
      total += inflated;
      if (entry.fileName === "mimetype") mimetype = head;
      if (total > MAX_TOTAL_BYTES) throw bomb(`more than ${MAX_TOTAL_BYTES >> 20} MB when unpacked`);
    }
  } catch (error) {
    if (error instanceof DocumentRefused) throw error;
    throw damagedZip(error);
  }
  return { names, mimetype };
}

/** Parts of Office files: none of them has a document type, and its entities are how an XML reader is made to swell. */
const OFFICE_XML = /^(word|xl|ppt|docProps|customXml|_rels)\/.*\.(xml|rels)$|^\[Content_Types\]\.xml$/i;

async function countEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<{ inflated: number; head: string }> {
  const stream = await zip.openReadStreamPromise(entry);
  let inflated = 0;
  let head = "";
  for await (const piece of stream) {
    const part: Buffer = piece;
    inflated += part.length;
    if (head.length < 2048) head += part.toString("latin1", 0, 2048);
    if (inflated > MAX_ENTRY_BYTES) throw bomb(`a part of more than ${MAX_ENTRY_BYTES >> 20} MB when unpacked`);
    if (inflated > RATIO_FROM_BYTES && inflated > entry.compressedSize * MAX_RATIO) {
      throw bomb(`a part that unpacks to more than ${MAX_RATIO} times its size`);
    }
  }
  if (OFFICE_XML.test(entry.fileName) && /<!DOCTYPE/i.test(head)) {
    throw new DocumentRefused("unsupported", "The file declares an XML document type, which office files never do.");
  }
  return { inflated, head };
}

function bomb(what: string): DocumentRefused {
  return new DocumentRefused("expands_too_much", `The file was not read because it expands too much: it has ${what}.`);
}
