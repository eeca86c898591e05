import { z } from "zod";

/** Purposes a caller may upload a file for. */
export const FILE_PURPOSES = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"] as const;

const HOUR = 3600;

/** How long a file may be given to live, in seconds: an hour to 30 days. */
export const SECONDS_TO_LIVE = { min: HOUR, max: 30 * 24 * HOUR };

/** `batch` files live for 30 days unless they are given another time, all others until they are deleted. */
export const BATCH_SECONDS = SECONDS_TO_LIVE.max;

/** The fields beside the file of `POST /v1/files`; a form sends numbers as text. */
export const CreateFileFields = z.looseObject({
  purpose: z.enum(FILE_PURPOSES),
  expires_after: z
    .object({
      anchor: z.literal("created_at"),
      seconds: z.coerce.number().int().min(SECONDS_TO_LIVE.min).max(SECONDS_TO_LIVE.max),
    })
    .nullish(),
});

/** A file as the API shows it. Times are seconds since the epoch. */
export interface FileObject {
  id: string;
  object: "file";
  bytes: number;
  created_at: number;
  /** Absent where it never does. */
  expires_at?: number;
  filename: string;
  purpose: string;
  status: "processed";
}

export interface DeletedFile {
  id: string;
  object: "file";
  deleted: true;
}
