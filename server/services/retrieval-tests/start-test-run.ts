import { clock } from "#server/clock";
import { insertTestRun, type TestRunRow } from "#server/db/retrieval-test-runs";
import { countTestQueries } from "#server/db/retrieval-tests";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { enqueue } from "#server/jobs/queue";
import type { SearchTestSettings } from "#server/protocol/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { getTestRun } from "#server/services/retrieval-tests/get-test-run";
import { performTestRun } from "#server/services/retrieval-tests/perform-test-run";
import { testRunJob, testRunJobId } from "#server/services/retrieval-tests/test-run-job";
import { requireTestSet } from "#server/services/retrieval-tests/test-set-view";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/** Sets up to this size are run while the caller waits; longer ones as a job. */
const INLINE_QUERIES = 36;

/**
 * Measures the search of a store by a test set, and keeps the figures with the settings and the embedding model.
 * Answers the run: ended, or of a long set still in progress.
 * @throws AppError not_found; invalid_value for a set without queries, or weights that are both 0; database_unavailable
 */
export async function startTestRun({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { testSetId: string; settings: SearchTestSettings };
}): Promise<TestRunRow> {
  const { testSetId, settings } = input;
  const { teamId } = ctx.principal;
  const { vectorStoreId } = await requireTestSet(ctx, testSetId);
  const queryCount = await countTestQueries({ teamId, testSetId });
  if (queryCount === 0) {
    throw new AppError("invalid_value", "The test set has no queries yet: save one first.", { param: "testSetId" });
  }
  if (settings.weights && settings.weights.embedding + settings.weights.text === 0) {
    throw new AppError("invalid_value", "At least one weight must be above 0.", { param: "settings.weights" });
  }
  const { embeddingModel, generation } = await requireVectorStore(ctx, vectorStoreId);
  const id = newId("retrievalTestRun");
  await insertTestRun(teamId, {
    ...{ id, testSetId, vectorStoreId, status: "in_progress", settings, embeddingModel, generation, queryCount },
    ...{ recall: null, mrr: null, ndcg: null, errorMessage: null, endedAt: null },
    createdAt: new Date(clock().now()),
  });
  if (queryCount > INLINE_QUERIES) await enqueue(testRunJob, { teamId, runId: id }, { id: testRunJobId(id) });
  else await performTestRun({ input: { teamId, runId: id, lastTry: true }, signal: ctx.signal });
  const { results: _results, ...run } = await getTestRun({ ctx, input: { runId: id } });
  return run;
}
