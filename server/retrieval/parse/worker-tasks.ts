import type { ChunkOptions, DocumentChunk } from "#server/retrieval/chunk/chunk-document";
import type { ParsedDocument, RefusalReason } from "#server/retrieval/parse/document";
import type { Recognition } from "#server/retrieval/parse/recognise-pages";

/** What the worker can be asked, by name: its input and its answer. Both cross by structured clone. */
export interface WorkerTasks {
  parse: { input: { bytes: Uint8Array; filename: string }; output: ParsedDocument };
  /** As `parse`, with the text of pages without any by OCR. */
  recognise: { input: { bytes: Uint8Array; filename: string; recognition: Recognition }; output: ParsedDocument };
  /** The first pages of a PDF as JPEG files. */
  pages: { input: { bytes: Uint8Array; maxPages: number }; output: Uint8Array[] };
  /** Without the texts, which whoever asks has in the document. */
  chunk: { input: { document: ParsedDocument; options: ChunkOptions }; output: Omit<DocumentChunk, "text">[] };
  /** Postgres's text search configuration for a document of so many characters, by words of it. */
  language: { input: { sample: string; length: number }; output: string };
}

export type WorkerTaskName = keyof WorkerTasks;

export type WorkerRequest = {
  [Name in WorkerTaskName]: { name: Name; input: WorkerTasks[Name]["input"] };
}[WorkerTaskName];

export type WorkerAnswer =
  | { ok: true; output: unknown }
  | { ok: false; reason: RefusalReason; message: string; unexpected: string | null };
