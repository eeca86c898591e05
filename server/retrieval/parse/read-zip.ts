import yauzl from "yauzl";
import { decodeText, xmlEncoding } from "#server/retrieval/parse/decode-text";
import { DocumentRefused } from "#server/retrieval/parse/document";

/**
 * Opens a zip whose entries are then read one by one.
 * @throws what yauzl does, for {@link damagedZip}
 */
export function openZip(bytes: Uint8Array, options: { validateEntrySizes: boolean }): Promise<yauzl.ZipFile> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return yauzl.fromBufferPromise(buffer, { lazyEntries: true, autoClose: false, ...options });
}

/** The refusal of a zip that cannot be opened or read. */
export function damagedZip(cause: unknown): DocumentRefused {
  return new DocumentRefused("corrupt", "The file is damaged: its zip archive cannot be read.", { cause });
}

/** The parts of a zip whose entries have been counted by `checkZip`. A name is a key and never a path on a disk. */
export class ZipParts {
  readonly #zip: yauzl.ZipFile;
  readonly #entries: ReadonlyMap<string, yauzl.Entry>;

  private constructor(zip: yauzl.ZipFile, entries: ReadonlyMap<string, yauzl.Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /** Throws DocumentRefused `corrupt`. */
  static async open(bytes: Uint8Array): Promise<ZipParts> {
    try {
      const zip = await openZip(bytes, { validateEntrySizes: true });
      const entries = new Map<string, yauzl.Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
      return new ZipParts(zip, entries);
    } catch (error) {
      throw damagedZip(error);
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** A part as text, null when there is none of that name. Throws DocumentRefused `corrupt`, `unsupported`. */
  async text(name: string): Promise<string | null> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    const pieces: Buffer[] = [];
    try {
      for await (const piece of await this.#zip.openReadStreamPromise(entry)) pieces.push(piece);
    } catch (error) {
      throw damagedZip(error);
    }
    const bytes = Buffer.concat(pieces);
    return bytes.length === 0 ? "" : decodeText(bytes, xmlEncoding(bytes));
  }

  /** A part that the format cannot do without. Throws DocumentRefused `corrupt` when it is missing. */
  async required(name: string): Promise<string> {
    const text = await this.text(name);
    if (text === null) throw new DocumentRefused("corrupt", `The file is damaged: its part '${name}' is missing.`);
    return text;
  }
}

/** The name of a part that another one refers to by a relative address; a fragment is dropped. */
export function partName(from: string, reference: string): string {
  const address = reference.replace(/#.*$/s, "");
  const path = address.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const step of safeDecode(address).split("/")) {
    if (step === "..") path.pop();
    else if (step !== "" && step !== ".") path.push(step);
  }
  return path.join("/");
}

function safeDecode(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
