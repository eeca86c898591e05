import { z } from "zod";

/** What an interpreter's process is started with, as JSON in its arguments. It is told nothing else. */
export interface ProcessOptions {
  /** Folder of the npm package `pyodide`. */
  pyodide: string;
  /** Folder with wheels and their lock file; null without any. */
  packages: string | null;
  /** Of Python's memory. */
  memoryBytes: number;
  /** Of what code prints, kept of each call; the rest is counted. */
  outputBytes: number;
  /** Of all files together. */
  fileBytes: number;
  maxFiles: number;
}

/** A file's path, below /mnt/data, and its bytes in the body of the frame, one after the other. */
export interface PutFile {
  path: string;
  bytes: number;
}

/** What the server asks of an interpreter: put files and remove some, then run the code. */
export interface RunMessage {
  code: string;
  put: PutFile[];
  remove: string[];
}

/** What an interpreter answers. It runs a stranger's code, so nothing of it is believed unread. */
export const Answer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready"), python: z.string().max(100) }),
  z.strictObject({
    type: z.literal("ran"),
    ok: z.boolean(),
    output: z.string(),
    /** Bytes of output that were left out. */
    leftOut: z.int().min(0),
    images: z.array(z.strictObject({ mediaType: z.enum(["image/png", "image/jpeg"]), bytes: z.int().min(0) })).max(16),
    /** New files and changed ones. */
    files: z.array(
      z.strictObject({
        path: z
          .string()
          .max(512)
          .regex(/^\/mnt\/data\/[^\0]+$/)
          .refine((path) => !path.split("/").some((part) => part === ".." || part === ".")),
        bytes: z.int().min(0),
      }),
    ),
    removed: z.array(z.string().max(512)),
    /** Files that are too much to be kept. */
    notKept: z.array(z.string().max(512)),
  }),
]);
export type Answer = z.infer<typeof Answer>;
