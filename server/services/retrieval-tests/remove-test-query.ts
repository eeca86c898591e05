import { recordAudit } from "#server/auth/audit";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { deleteTestQuery } from "#server/db/retrieval-tests";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { requireTestSet } from "#server/services/retrieval-tests/test-set-view";

/**
 * Takes a question out of a test set. Runs that were made with it stay as they are.
 * @throws AppError not_found, database_unavailable
 */
export async function removeTestQuery({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { testSetId: string; queryId: string };
}): Promise<void> {
  const { testSetId, queryId } = input;
  await requireTestSet(ctx, testSetId);
  await mapped(() =>
    inTransaction(async (tx) => {
      const found = await deleteTestQuery({ teamId: ctx.principal.teamId, testSetId }, queryId, tx);
      if (!found) throw new AppError("not_found", `Query with id '${queryId}' not found.`, { param: "queryId" });
      const entry = { action: "testSet.removeQuery", resourceId: testSetId, detail: { queryId } } as const;
      await recordAudit(ctx.principal, entry, tx);
    }),
  );
}
