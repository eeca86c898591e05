import { z } from "zod";
import { FILE_PURPOSES, type FileObject, SECONDS_TO_LIVE } from "#server/protocol/files";

/** More parts than anybody needs: at this number, 8 GiB come in pieces of less than a megabyte. */
const MAX_PART_IDS = 10_000;

/** The body of `POST /v1/uploads`. */
export const CreateUploadBody = z.looseObject({
  filename: z.string().min(1).max(1024),
  purpose: z.enum(FILE_PURPOSES),
  bytes: z.int().min(1),
  mime_type: z.string().min(1).max(255),
  expires_after: z
    .object({
      anchor: z.literal("created_at"),
      seconds: z.int().min(SECONDS_TO_LIVE.min).max(SECONDS_TO_LIVE.max),
    })
    .nullish(),
});

/** The body of `POST /v1/uploads/{upload_id}/complete`. */
export const CompleteUploadBody = z.looseObject({
  part_ids: z.array(z.string().min(1)).min(1).max(MAX_PART_IDS),
  /** In hexadecimal digits. */
  md5: z
    .string()
    .refine((value) => /^[0-9a-f]{32}$/i.test(value), { error: "expected an MD5 checksum of 32 hexadecimal digits" })
    .nullish(),
});

export const UPLOAD_STATUSES = ["pending", "completed", "cancelled", "expired"] as const;

/** An upload as the API shows it. Times are seconds since the epoch. */
export interface UploadObject {
  id: string;
  object: "upload";
  bytes: number;
  created_at: number;
  expires_at: number;
  filename: string;
  purpose: string;
  status: (typeof UPLOAD_STATUSES)[number];
  /** Of a completed upload. */
  file?: FileObject;
}

export interface UploadPartObject {
  id: string;
  object: "upload.part";
  created_at: number;
  upload_id: string;
}
