/** Answers with a file's bytes as a download that no browser interprets, whatever was uploaded. */
export function answerDownload(
  file: { filename: string; bytes: number },
  content: AsyncIterable<Uint8Array>,
  headers: Record<string, string> = {},
): Response {
  return new Response(toWebStream(content), {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(file.bytes),
      "content-disposition": `attachment; filename*=UTF-8''${encodeFilename(file.filename)}`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      ...headers,
    },
  });
}

/** RFC 5987: what encodeURIComponent leaves alone but the grammar does not allow is escaped too. */
function encodeFilename(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

function toWebStream(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
