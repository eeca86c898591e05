import { parentPort } from "node:worker_threads";
import { chunkDocument } from "#server/retrieval/chunk/chunk-document";
import { isDocumentRefused } from "#server/retrieval/parse/document";
import { parseDocument } from "#server/retrieval/parse/parse-document";
import type { WorkerAnswer, WorkerRequest } from "#server/retrieval/parse/worker-tasks";

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  try {
    const output =
      request.name === "parse"
        ? await parseDocument(request.input.bytes, request.input.filename)
        : await chunkDocument(request.input.document, request.input.options);
    return { ok: true, output };
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
