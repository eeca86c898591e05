import { CFB } from "@e965/xlsx";
import {
  type DocumentKind,
  DocumentRefused,
  passwordRefusal,
  unsupportedFormat,
} from "#server/retrieval/parse/document";

/** What SheetJS makes of one; it has no types for it. Both lists have one entry a stream. */
interface CompoundFile {
  FullPaths: string[];
  FileIndex: { content?: ArrayLike<number> }[];
}

/** In the header of a binary Word document: the flag that its text is encrypted. */
const WORD_FLAGS = 0x0b;
const WORD_ENCRYPTED = 0x01;

/**
 * What an OLE compound file is, by the streams at its root: those of embedded objects lie deeper.
 * @throws DocumentRefused encrypted, corrupt, unsupported
 */
export function compoundKind(bytes: Uint8Array): DocumentKind {
  const streams = rootStreams(bytes);
  if (streams.has("EncryptedPackage")) throw passwordRefusal("The file");
  const word = streams.get("WordDocument");
  if (word !== undefined) {
    if (((word[WORD_FLAGS] ?? 0) & WORD_ENCRYPTED) !== 0) throw passwordRefusal("The Word document");
    return "doc";
  }
  if (streams.has("Workbook") || streams.has("Book")) return "xls";
  if (streams.has("PowerPoint Document")) {
    throw unsupportedFormat("a binary PowerPoint presentation", "Save it as .pptx or PDF.");
  }
  if (streams.has("__properties_version1.0")) throw unsupportedFormat("an Outlook message", "Save it as .eml.");
  throw unsupportedFormat("a binary file of a program that is not known here");
}

function rootStreams(bytes: Uint8Array): Map<string, ArrayLike<number>> {
  try {
    const { FullPaths: paths, FileIndex: index }: CompoundFile = CFB.read(bytes, { type: "buffer" });
    const streams = new Map<string, ArrayLike<number>>();
    paths.forEach((path, at) => {
      const steps = path.split("/").filter(Boolean);
      const name = steps[1];
      if (steps.length === 2 && name !== undefined) streams.set(name, index[at]?.content ?? []);
    });
    return streams;
  } catch (error) {
    throw new DocumentRefused("corrupt", "The file is damaged: its parts cannot be found.", { cause: error });
  }
}
