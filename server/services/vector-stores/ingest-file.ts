import { clock } from "#server/clock";
import { beginAttempt, failIngest, type IngestScope } from "#server/db/ingests";
import { type AppError, isAppError } from "#server/errors";
import { log } from "#server/log";
import { isDocumentRefused } from "#server/retrieval/parse/document";
import type { ServiceContext } from "#server/services/context";
import { type IngestPayload, MAX_ATTEMPTS } from "#server/services/vector-stores/ingest-job";
import { runIngest } from "#server/services/vector-stores/run-ingest";
import { startTrace } from "#server/tracing/recorder";
import type { TraceRecorder } from "#server/tracing/span";

/** Failures that another try would meet again. */
const FINAL: readonly AppError["code"][] = ["provider_auth_error", "model_not_found", "not_found"];

/**
 * Reads a file into a store: parse, cut, embed, write. May be run again at any point: what is written stays, and an
 * ingestion that is no longer wanted does nothing. Ends with the file `completed` or `failed`, or throws to be tried
 * again. Attempts count starts without progress, so a file that kills its process is given up too.
 */
export async function ingestFile({ input, signal }: { input: IngestPayload; signal: AbortSignal }): Promise<void> {
  const scope: IngestScope = input;
  const attempt = await beginAttempt(scope, new Date(clock().now()));
  if (attempt === null) return;
  if (attempt > MAX_ATTEMPTS) {
    await fail(scope, { code: "server_error", message: "Reading the file was interrupted too often." });
    return;
  }
  const trace = startTrace({
    teamId: scope.teamId,
    name: "ingest file",
    keepsContent: false,
    attributes: { vectorStoreId: scope.vectorStoreId, fileId: scope.fileId, attempt },
  });
  trace.set({ vectorStoreIds: [scope.vectorStoreId] });
  const ctx: ServiceContext = { principal: { type: "system", teamId: scope.teamId }, signal, trace };
  try {
    await runIngest({ ctx, scope });
    trace.end({ status: "ok" });
  } catch (error) {
    await settle({ scope, trace, error, lastTry: attempt >= MAX_ATTEMPTS, signal });
  }
}

interface Settlement {
  scope: IngestScope;
  trace: TraceRecorder;
  error: unknown;
  lastTry: boolean;
  signal: AbortSignal;
}

async function settle({ scope, trace, error, lastTry, signal }: Settlement): Promise<void> {
  if (signal.aborted) {
    trace.end({
      status: "cancelled",
      error: { code: "cancelled", message: "The server stopped; the file is read on later." },
    });
    throw error;
  }
  const failure = failureOf(error);
  trace.end({ status: "error", error: failure });
  if (!failure.final && !lastTry) throw error;
  await fail(scope, failure);
}

async function fail(scope: IngestScope, failure: { code: string; message: string }): Promise<void> {
  await failIngest(scope, { ...failure, now: new Date(clock().now()) });
  log().info(
    { fileId: scope.fileId, vectorStoreId: scope.vectorStoreId, code: failure.code },
    "a file could not be read",
  );
}

/** What went wrong, in OpenAI's codes and words that the file's owner understands. */
function failureOf(error: unknown): { code: string; message: string; final: boolean } {
  if (isDocumentRefused(error)) {
    const code = error.reason === "unsupported" ? "unsupported_file" : "invalid_file";
    return { code, message: error.message, final: true };
  }
  if (isAppError(error) && error.code !== "internal_error") {
    return { code: "server_error", message: error.message, final: FINAL.includes(error.code) };
  }
  return { code: "server_error", message: "The server had an error while it read the file.", final: false };
}
