import { parentPort } from "node:worker_threads";
import { chunkDocument } from "#server/retrieval/chunk/chunk-document";
import { isDocumentRefused } from "#server/retrieval/parse/document";
import { parseDocument } from "#server/retrieval/parse/parse-document";
import { renderPages } from "#server/retrieval/parse/render-pages";
import type { WorkerAnswer, WorkerRequest } from "#server/retrieval/parse/worker-tasks";
import { textConfigurationOf } from "#server/retrieval/search/text-configuration";

async function run(request: WorkerRequest): Promise<unknown> {
  switch (request.name) {
    case "parse":
      return parseDocument(request.input.bytes, request.input.filename);
    case "recognise":
      return parseDocument(request.input.bytes, request.input.filename, request.input.recognition);
    case "pages":
      return renderPages(request.input.bytes, request.input.maxPages);
    case "chunk":
      return (await chunkDocument(request.input.document, request.input.options)).map(({ text: _, ...span }) => span);
    case "language":
      return textConfigurationOf(request.input.sample);
  }
}

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  try {
    return { ok: true, output: await run(request) };
  } catch (error) {
    if (isDocumentRefused(error)) return { ok: false, reason: error.reason, message: error.message, unexpected: null };
    // A parser that throws throws again at the next try: the file is at fault, and the log says how.
    const name = error instanceof Error ? error.name : "unknown";
    return { ok: false, reason: "corrupt", message: "The file is damaged and cannot be read.", unexpected: name };
  }
}

parentPort?.on("message", (request: WorkerRequest) => {
  answer(request).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) => {
      throw error;
    },
  );
});
