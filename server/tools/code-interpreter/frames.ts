// Read by the server and by the interpreter's process, which may load nothing else of ours.

const HEADER_BYTES = 8;

/** One message between the server and an interpreter: JSON, then the bytes that it speaks of, one after the other. */
export interface Frame {
  message: unknown;
  body: Buffer;
}

/** A frame as it is sent: the length of its JSON and of its body as 32 bits each, then both. */
export function writeFrame(message: unknown, parts: readonly Uint8Array[] = []): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(json.length, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, json, body]);
}

/**
 * Puts frames together from pieces. `push` throws an Error for a frame of more than `maxBytes`, before anything of it
 * is gathered, and for one that is no JSON.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes of the frame that is arriving; null until its header is there. */
  #wanted: number | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The frames that this piece completes. */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#held += piece.length;
    const frames: Frame[] = [];
    for (;;) {
      this.#wanted ??= this.#readHeader();
      if (this.#wanted === null || this.#held < this.#wanted) return frames;
      frames.push(this.#take(this.#wanted));
      this.#wanted = null;
    }
  }

  #readHeader(): number | null {
    if (this.#held < HEADER_BYTES) return null;
    const head = this.#joined();
    const bytes = HEADER_BYTES + head.readUInt32BE(0) + head.readUInt32BE(4);
    if (bytes > this.#maxBytes) throw new Error(`a message of ${bytes} bytes, where ${this.#maxBytes} are allowed`);
    return bytes;
  }

  #take(bytes: number): Frame {
    const all = this.#joined();
    const jsonEnd = HEADER_BYTES + all.readUInt32BE(0);
    const message: unknown = JSON.parse(all.toString("utf8", HEADER_BYTES, jsonEnd));
    const body = all.subarray(jsonEnd, bytes);
    this.#pieces = [all.subarray(bytes)];
    this.#held = all.length - bytes;
    return { message, body };
  }

  #joined(): Buffer {
    const [first] = this.#pieces;
    const all = this.#pieces.length === 1 && first ? first : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}
