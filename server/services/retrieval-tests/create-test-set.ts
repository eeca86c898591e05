import { recordAudit } from "#server/auth/audit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { insertTestQueries, insertTestSet, type TestQueryRow, type TestSetRow } from "#server/db/retrieval-tests";
import { newId } from "#server/ids";
import type { ExpectedPassage } from "#server/protocol/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

export interface CreateTestSetInput {
  vectorStoreId: string;
  name: string;
  /** Whose files are known to be in the store. */
  queries?: readonly { text: string; expected: ExpectedPassage[] }[];
}

/**
 * Makes a test set of a store, empty or with queries.
 * @throws AppError not_found for a store the team does not have; database_unavailable
 */
export async function createTestSet({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CreateTestSetInput;
}): Promise<TestSetRow> {
  const { vectorStoreId, name } = input;
  const { teamId } = ctx.principal;
  await requireVectorStore(ctx, vectorStoreId);
  const createdAt = new Date(clock().now());
  const row = { id: newId("retrievalTestSet"), vectorStoreId, name, createdAt };
  const queries = (input.queries ?? []).map(
    (query): TestQueryRow => ({ ...query, id: newId("retrievalTestQuery"), createdAt }),
  );
  await mapped(() =>
    inTransaction(async (tx) => {
      await insertTestSet(teamId, row, tx);
      if (queries.length > 0) await insertTestQueries({ teamId, testSetId: row.id }, queries, tx);
      const detail = { name, vectorStoreId, queries: queries.length };
      await recordAudit(ctx.principal, { action: "testSet.create", resourceId: row.id, detail }, tx);
    }),
  );
  return row;
}
