import { requirePermission } from "#server/auth/permissions";
import { AppError } from "#server/errors";
import { outboundFetch } from "#server/outbound/outbound-fetch";
import type { ServiceContext } from "#server/services/context";
import { openFileContent } from "#server/services/files/open-file-content";
import type { FileSource, InputFile } from "#server/services/responses/model-input";

/** Files are handed to a model whole, in memory: larger ones belong into a vector store. */
const MAX_BYTES = 32 * 1024 * 1024;

function tooLarge(): AppError {
  return new AppError("payload_too_large", `A file given to a model may have at most ${MAX_BYTES} bytes.`, {
    param: "input",
  });
}

async function readStored(ctx: ServiceContext, fileId: string): Promise<InputFile> {
  requirePermission(ctx.principal, "files.read");
  const { file, bytes } = await openFileContent({ ctx, input: { fileId } });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return { data: Buffer.concat(chunks).toString("base64"), mediaType: file.mediaType, filename: file.filename };
}

async function fetchRemote(ctx: ServiceContext, url: string): Promise<InputFile> {
  const answer = await outboundFetch(url, { signal: ctx.signal, maxBytes: MAX_BYTES });
  if (answer.status !== 200) {
    throw new AppError("invalid_value", `The file_url answered ${answer.status}.`, { param: "input" });
  }
  const mediaType = answer.headers["content-type"]?.split(";", 1)[0]?.trim() || "application/octet-stream";
  const filename = decodeURIComponent(new URL(answer.url).pathname.split("/").at(-1) ?? "") || "file";
  return { data: answer.body.toString("base64"), mediaType, filename };
}

/** The files a caller's items may name: its team's own, and what a public URL serves. */
export function fileSource(ctx: ServiceContext): FileSource {
  return { byId: (fileId) => readStored(ctx, fileId), byUrl: (url) => fetchRemote(ctx, url) };
}
