import { recordAudit } from "#server/auth/audit";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { deleteTestSet as removeTestSet } from "#server/db/retrieval-tests";
import type { ServiceContext } from "#server/services/context";
import { testSetNotFound } from "#server/services/retrieval-tests/test-set-view";

/**
 * Deletes a test set with its queries and runs.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteTestSet({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { testSetId: string };
}): Promise<void> {
  const { testSetId } = input;
  await mapped(() =>
    inTransaction(async (tx) => {
      if (!(await removeTestSet({ teamId: ctx.principal.teamId, testSetId }, tx))) throw testSetNotFound(testSetId);
      await recordAudit(ctx.principal, { action: "testSet.delete", resourceId: testSetId }, tx);
    }),
  );
}
