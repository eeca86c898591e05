import type { ApiRequest } from "#server/api/route";
import { limitStalls } from "#server/api/stalled-body";
import type { UploadInput } from "#server/services/files/upload-file";

/** The multipart body of a request as it arrives; one that stops coming is given up. */
export function formBodyOf(request: ApiRequest): UploadInput {
  const length = request.headers.get("content-length");
  return {
    contentType: request.headers.get("content-type") ?? "",
    contentLength: length === null ? null : Number(length),
    body: limitStalls(bodyOf(request)),
  };
}

/** The body as it comes. Leaving it unread must not close the connection: the refusal still has to be answered. */
function bodyOf({ incoming, raw }: ApiRequest): AsyncIterable<Uint8Array> {
  if (incoming) return { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) };
  return raw.body ? { [Symbol.asyncIterator]: () => webBody(raw.body) } : (async function* () {})();
}

async function* webBody(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
