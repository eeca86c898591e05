import { listTestQueries, type TestQueryRow, type TestSetRow } from "#server/db/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { requireTestSet } from "#server/services/retrieval-tests/test-set-view";

/**
 * A test set with its queries.
 * @throws AppError not_found, database_unavailable
 */
export async function getTestSet({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { testSetId: string };
}): Promise<TestSetRow & { queries: TestQueryRow[] }> {
  const row = await requireTestSet(ctx, input.testSetId);
  return { ...row, queries: await listTestQueries({ teamId: ctx.principal.teamId, ...input }) };
}
