import { readSession } from "#server/auth/session";
import { config } from "#server/config";
import { AppError, isAppError, statusOf } from "#server/errors";

/** What somebody who is not signed in may send: forms and tokens. */
const STRANGER_MAX_BYTES = 1024 * 1024;

/**
 * The request with its body read, for handlers that read all they are sent: up to MAX_JSON_BODY_BYTES from somebody who
 * is signed in, 1 MiB from anybody else. Beyond that nothing more is read.
 * @throws AppError payload_too_large, database_unavailable
 */
export async function boundRequest(request: Request): Promise<Request> {
  if (request.body === null) return request;
  const session = await readSession(request.headers.get("cookie"));
  const maxBytes = session ? config().MAX_JSON_BODY_BYTES : STRANGER_MAX_BYTES;
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const body = await readWhole(request.body, maxBytes);
  return new Request(request, { body });
}

async function readWhole(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(next.value);
    }
  } finally {
    // Not awaited: cancelling a body that still arrives must not hold up the answer.
    reader.cancel().catch(() => {});
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("payload_too_large", `The request body is larger than the maximum of ${maxBytes} bytes.`);
}

/** Handles a bounded request; one that cannot be read is answered here. */
export async function withBoundRequest(
  request: Request,
  handle: (bound: Request) => Promise<Response>,
): Promise<Response> {
  let bound: Request;
  try {
    bound = await boundRequest(request);
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { code, message, param } = error;
    return Response.json({ error: { message, code, param } }, { status: statusOf(code) });
  }
  return handle(bound);
}
