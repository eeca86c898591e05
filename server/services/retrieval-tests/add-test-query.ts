import { recordAudit } from "#server/auth/audit";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { countTestQueries, insertTestQueries } from "#server/db/retrieval-tests";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { MAX_TEST_QUERIES, type NewExpected } from "#server/protocol/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { requireTestSet } from "#server/services/retrieval-tests/test-set-view";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

export interface AddTestQueryInput {
  testSetId: string;
  text: string;
  /** Of files in the set's store; at least one. */
  expected: readonly NewExpected[];
}

/**
 * Adds a question to a test set, with the passages it should find.
 * @throws AppError not_found for a set the team does not have, or a file that is not in its store; invalid_value for a
 *   set that is full; database_unavailable
 */
export async function addTestQuery({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: AddTestQueryInput;
}): Promise<{ id: string }> {
  const { testSetId, text } = input;
  const { vectorStoreId } = await requireTestSet(ctx, testSetId);
  const scope = { teamId: ctx.principal.teamId, testSetId };
  if ((await countTestQueries(scope)) >= MAX_TEST_QUERIES) {
    throw new AppError("invalid_value", `A test set holds at most ${MAX_TEST_QUERIES} queries.`, {
      param: "testSetId",
    });
  }
  const expected = await Promise.all(
    input.expected.map(async (passage) => {
      const { filename } = await getVectorStoreFile({ ctx, input: { vectorStoreId, fileId: passage.fileId } });
      return { ...passage, filename };
    }),
  );
  const id = newId("retrievalTestQuery");
  await mapped(() =>
    inTransaction(async (tx) => {
      await insertTestQueries(scope, [{ id, text, expected, createdAt: new Date(clock().now()) }], tx);
      const entry = { action: "testSet.addQuery", resourceId: testSetId, detail: { queryId: id } } as const;
      await recordAudit(ctx.principal, entry, tx);
    }),
  );
  return { id };
}
