import { clock } from "#server/clock";
import {
  type BuildRow,
  type BuildScope,
  beginBuild,
  failBuild,
  switchGeneration,
} from "#server/db/vector-store-builds";
import { isAppError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import type { ServiceContext } from "#server/services/context";
import { type BuildPayload, MAX_BUILD_ATTEMPTS } from "#server/services/vector-stores/build-job";
import { embedGeneration } from "#server/services/vector-stores/embed-generation";
import { indexGeneration } from "#server/services/vector-stores/index-generation";
import { startTrace } from "#server/tracing/recorder";

/** Failures that another try would meet again. */
const FINAL: readonly string[] = ["provider_auth_error", "model_not_found", "not_found", "invalid_value"];

/**
 * Makes the vectors of a store's next generation and then the store's model and generation the new ones. May be run again
 * at any point: what is written stays. Files that are read meanwhile are taken along before the store goes over. Ends with
 * the build `completed` or `failed`, or throws to be tried again; does nothing once it was ended or replaced.
 */
export async function buildVectors({ input, signal }: { input: BuildPayload; signal: AbortSignal }): Promise<void> {
  const scope: BuildScope = input;
  const build = await beginBuild(scope, new Date(clock().now()));
  if (build === null) return;
  if (build.attempts > MAX_BUILD_ATTEMPTS) {
    await fail(scope, { code: "server_error", message: "Embedding the passages was interrupted too often." });
    return;
  }
  const trace = startTrace({
    teamId: scope.teamId,
    name: "change embedding model",
    keepsContent: false,
    attributes: { vectorStoreId: scope.vectorStoreId, model: build.embeddingModel, resumedAt: build.doneCount },
  });
  trace.set({ vectorStoreIds: [scope.vectorStoreId] });
  const ctx: ServiceContext = { principal: { type: "system", teamId: scope.teamId }, signal, trace };
  try {
    await run(ctx, scope, build);
    trace.end({ status: "ok" });
  } catch (error) {
    if (signal.aborted) {
      const message = "The server stopped; the passages are embedded on later.";
      trace.end({ status: "cancelled", error: { code: "cancelled", message } });
      throw error;
    }
    const failure = failureOf(error);
    trace.end({ status: "error", error: failure });
    if (!failure.final && build.attempts < MAX_BUILD_ATTEMPTS) throw error;
    log().warn({ ...errorFacts(error), vectorStoreId: scope.vectorStoreId }, "an embedding model was not changed");
    await fail(scope, failure);
  }
}

async function run(ctx: ServiceContext, scope: BuildScope, build: BuildRow): Promise<void> {
  for (;;) {
    if (!(await embedGeneration({ ctx, scope, build }))) return;
    const indexed = await indexGeneration({ scope, build, signal: ctx.signal });
    const outcome = await switchGeneration(scope, { ...build, indexed, now: new Date(clock().now()) });
    if (outcome !== "behind") return;
  }
}

async function fail(scope: BuildScope, failure: { code: string; message: string }): Promise<void> {
  await failBuild(scope, { ...failure, now: new Date(clock().now()) });
}

/** What went wrong, in words that the store's owner understands. */
function failureOf(error: unknown): { code: string; message: string; final: boolean } {
  if (isAppError(error) && error.code !== "internal_error") {
    return { code: error.code, message: error.message, final: FINAL.includes(error.code) };
  }
  const message = "The server had an error while it embedded the passages.";
  return { code: "server_error", message, final: false };
}
