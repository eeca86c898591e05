import { listTestRuns as readTestRuns, type TestRunRow } from "#server/db/retrieval-test-runs";
import type { ServiceContext } from "#server/services/context";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";

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
  await getVectorStore({ ctx, input });
  return readTestRuns({ teamId: ctx.principal.teamId, ...input }, SHOWN);
}
