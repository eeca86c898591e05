import type { z } from "zod";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { insertUpload, type UploadRow } from "#server/db/uploads";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import type { CreateUploadBody } from "#server/protocol/uploads";
import type { ServiceContext } from "#server/services/context";
import { cleanFilename } from "#server/services/files/clean-filename";

/**
 * Begins an upload: a file that arrives in parts, to be completed within UPLOAD_TTL_SECONDS.
 * @throws AppError integer_above_max_value when the file is to be larger than MAX_UPLOAD_BYTES, database_unavailable
 */
export async function createUpload({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.output<typeof CreateUploadBody>;
}): Promise<UploadRow> {
  const { MAX_UPLOAD_BYTES: maxBytes, UPLOAD_TTL_SECONDS: ttlMs } = config();
  if (input.bytes > maxBytes) {
    throw new AppError(
      "integer_above_max_value",
      `Invalid 'bytes': integer above maximum value. Expected a value <= ${maxBytes}, but got ${input.bytes} instead.`,
      { param: "bytes" },
    );
  }
  const createdAt = new Date(clock().now());
  const row: UploadRow = {
    id: newId("upload"),
    filename: cleanFilename(input.filename),
    purpose: input.purpose,
    bytes: input.bytes,
    mediaType: input.mime_type,
    expiresAfterSeconds: input.expires_after?.seconds ?? null,
    status: "pending",
    fileId: null,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + ttlMs),
  };
  await insertUpload(ctx.principal.teamId, row);
  return row;
}
