/** Splits a client's side of the Postgres wire protocol into what must run without another client in between. */

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

const SYNC = 0x53;
const QUERY = 0x51;
const FLUSH = 0x48;
const PARSE = 0x50;
const BIND = 0x42;
const DESCRIBE = 0x44;
const CLOSE = 0x43;
const TERMINATE = 0x58;
const STATEMENT = 0x53;

/** What the client asks for next, in the order it arrived. */
export type WireRequest =
  /** An encryption request: to be answered with the byte `N`. */
  | { kind: "encryption" }
  | { kind: "startup"; message: Uint8Array }
  /** Messages up to a Sync, a Flush or a simple query. `settled` is false after a Flush: the client has not finished. */
  | { kind: "batch"; message: Uint8Array; settled: boolean; simpleQuery: string | null }
  | { kind: "end" };

/**
 * One client's reader. All clients share one session, so a batch is handed on whole, and the names of prepared
 * statements are made the client's own by a prefix; the unnamed one lives no longer than its batch.
 */
export class WireReader {
  readonly #prefix: Buffer;
  #chunks: Buffer[] = [];
  #length = 0;
  #started = false;
  #batch: Buffer[] = [];

  /** `prefix` is put before the name of every prepared statement; it is unique among the clients. */
  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  /** Takes what the socket gave and returns every request that is complete now. */
  push(data: Buffer): WireRequest[] {
    this.#chunks.push(data);
    this.#length += data.length;
    const requests: WireRequest[] = [];
    for (let message = this.#next(); message; message = this.#next()) {
      const request = this.#started ? this.#accept(message) : this.#acceptStartup(message);
      if (request) requests.push(request);
    }
    return requests;
  }

  /** The next whole message, or null until the rest of it is here. */
  #next(): Buffer | null {
    const typeBytes = this.#started ? 1 : 0;
    if (this.#length < typeBytes + 4) return null;
    const size = typeBytes + this.#peek(typeBytes + 4).readInt32BE(typeBytes);
    if (this.#length < size) return null;
    const all = this.#join();
    this.#chunks = size < all.length ? [all.subarray(size)] : [];
    this.#length -= size;
    return all.subarray(0, size);
  }

  #peek(bytes: number): Buffer {
    const first = this.#chunks[0];
    return first && first.length >= bytes ? first : this.#join();
  }

  #join(): Buffer {
    const [first, second] = this.#chunks;
    if (first && !second) return first;
    const joined = Buffer.concat(this.#chunks, this.#length);
    this.#chunks = [joined];
    return joined;
  }

  #acceptStartup(message: Buffer): WireRequest {
    const code = message.length >= 8 ? message.readInt32BE(4) : 0;
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: "encryption" };
    if (code === CANCEL_REQUEST) return { kind: "end" };
    this.#started = true;
    return { kind: "startup", message };
  }

  #accept(message: Buffer): WireRequest | null {
    const type = message[0];
    if (type === TERMINATE) return { kind: "end" };
    if (type === SYNC || type === FLUSH || type === QUERY) {
      const simpleQuery = type === QUERY ? message.toString("utf8", 5, message.length - 1) : null;
      const batch = this.#batch.length > 0 ? Buffer.concat([...this.#batch, message]) : message;
      this.#batch = [];
      return { kind: "batch", message: batch, settled: type !== FLUSH, simpleQuery };
    }
    this.#batch.push(this.#ownNames(message));
    return null;
  }

  #ownNames(message: Buffer): Buffer {
    const type = message[0];
    if (type === PARSE) return this.#insertPrefix(message, 5);
    if (type === BIND) return this.#insertPrefix(message, message.indexOf(0, 5) + 1);
    if ((type === DESCRIBE || type === CLOSE) && message[5] === STATEMENT) return this.#insertPrefix(message, 6);
    return message;
  }

  /** Puts the prefix before the statement name at `at`; the unnamed statement stays unnamed. */
  #insertPrefix(message: Buffer, at: number): Buffer {
    if (message[at] === 0) return message;
    const longer = Buffer.concat([message.subarray(0, at), this.#prefix, message.subarray(at)]);
    longer.writeInt32BE(longer.length - 1, 1);
    return longer;
  }
}

/** A simple query as the client would send it. */
export function simpleQueryMessage(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`);
  const message = Buffer.alloc(5 + text.length);
  message[0] = QUERY;
  message.writeInt32BE(4 + text.length, 1);
  text.copy(message, 5);
  return message;
}

/** The Sync message: ends a batch that its client left open. */
export const syncMessage: Uint8Array = Buffer.from([SYNC, 0, 0, 0, 4]);
