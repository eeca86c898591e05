import { listTestRuns as readTestRuns, type TestRunRow } from "#server/db/retrieval-test-runs";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/** Points of a chart. */
const SHOWN = 60;

/**
 * The newest runs over a store, newest first.
 * @throws AppError not_found, database_unavailable
 */
export async function listTestRuns({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<TestRunRow[]> {
  await requireVectorStore(ctx, input.vectorStoreId);
  return readTestRuns({ teamId: ctx.principal.teamId, ...input }, SHOWN);
}
