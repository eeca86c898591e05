import { z } from "zod";

/** Purposes a caller may upload a file for. */
export const FILE_PURPOSES = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"] as const;

const HOUR = 3600;
const MONTH = 30 * 24 * HOUR;

/** The fields beside the file of `POST /v1/files`; a form sends numbers as text. */
export const CreateFileFields = z.looseObject({
  purpose: z.enum(FILE_PURPOSES),
  expires_after: z
    .object({ anchor: z.literal("created_at"), seconds: z.coerce.number().int().min(HOUR).max(MONTH) })
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
