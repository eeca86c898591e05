import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { watchBody } from "#server/api/stalled-body";
import { AppError } from "#server/errors";

export interface JsonBodySource {
  raw: Request;
  /** Node's request, read directly when there is one. */
  incoming: IncomingMessage | null;
  maxBytes: number;
  /** Called with the size of each piece before it is kept. May throw to refuse it. */
  onBytes(count: number): void;
}

function tooLarge(maxBytes: number): AppError {
  return new AppError(
    "payload_too_large",
    `The request body is larger than the maximum of ${maxBytes} bytes. Upload large files through /v1/files.`,
  );
}

function readIncoming(incoming: IncomingMessage, keep: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      incoming.off("data", onData);
      incoming.off("end", onEnd);
      incoming.off("error", onEnd);
      incoming.off("close", onEnd);
      finish();
    };
    const onData = (chunk: Buffer) => {
      try {
        keep(chunk);
      } catch (error) {
        incoming.pause();
        settle(() => reject(error));
      }
    };
    const onEnd = () => {
      settle(() =>
        incoming.complete
          ? resolve()
          : reject(new AppError("cancelled", "The client left before its request was read.")),
      );
    };
    incoming.on("data", onData);
    incoming.on("end", onEnd);
    incoming.on("error", onEnd);
    incoming.on("close", onEnd);
  });
}

async function readWebStream(body: ReadableStream<Uint8Array>, keep: (chunk: Uint8Array) => void): Promise<void> {
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) keep(next.value);
  } finally {
    // Not awaited: cancelling a body that still arrives must not hold up the answer.
    reader.cancel().catch(() => {});
  }
}

/** Deeper values overflow the stack of whoever writes them out again. */
const MAX_DEPTH = 512;

/** True when objects and arrays stand in each other more than {@link MAX_DEPTH} times; level by level, so at any depth. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((node) =>
      typeof node === "object" && node !== null
        ? Object.values(node).filter((child) => typeof child === "object" && child !== null)
        : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/**
 * Parses JSON; blank text is `{}`. `what` names the text in the message.
 * @throws AppError invalid_json, which says where but not what stands there; invalid_value when it is nested too deeply
 */
export function parseJson(text: string, what = "The request body"): unknown {
  if (text.trim() === "") return {};
  const value = parseText(text, what);
  // Each level takes two characters.
  if (text.length > 2 * MAX_DEPTH && isTooDeep(value)) {
    throw new AppError("invalid_value", `${what} is nested too deeply: at most ${MAX_DEPTH} levels are allowed.`);
  }
  return value;
}

function parseText(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the body; only the place is passed on.
    const place = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const where = place === undefined ? "" : ` (at character ${place})`;
    throw new AppError("invalid_json", `${what} is not valid JSON${where}.`, { wireCode: null });
  }
}

/**
 * Reads and parses a JSON body of at most `maxBytes`; an empty body is `{}`. A body that is or announces itself to be
 * larger is refused without reading the rest.
 * @throws AppError payload_too_large, invalid_json, request_timeout when nothing more comes, or cancelled when the client
 *   leaves meanwhile
 */
export async function readJsonBody(source: JsonBodySource): Promise<unknown> {
  const { raw, incoming, maxBytes } = source;
  if (Number(raw.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const watch = watchBody();
  const keep = (chunk: Uint8Array) => {
    watch.touch(chunk.byteLength);
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    source.onBytes(chunk.byteLength);
    chunks.push(chunk);
  };
  const reading = incoming
    ? readIncoming(incoming, keep)
    : raw.body
      ? readWebStream(raw.body, keep)
      : Promise.resolve();
  try {
    await watch.wait(reading);
  } finally {
    watch.stop();
  }
  const [only] = chunks;
  const whole =
    chunks.length === 1 && only ? Buffer.from(only.buffer, only.byteOffset, only.byteLength) : Buffer.concat(chunks);
  // Decoding would put U+FFFD in place of what is broken: the model would be asked something else.
  if (!isUtf8(whole)) {
    throw new AppError("invalid_json", "The request body is not valid JSON: it is not UTF-8.", { wireCode: null });
  }
  return parseJson(whole.toString("utf8"));
}
