import { findTestSet, type TestSetRow } from "#server/db/retrieval-tests";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

/** The answer to an id that the team has nothing of. */
export function testSetNotFound(id: string): AppError {
  return new AppError("not_found", `Test set with id '${id}' not found.`, { param: "testSetId" });
}

/**
 * The team's test set.
 * @throws AppError not_found, database_unavailable
 */
export async function requireTestSet(ctx: ServiceContext, testSetId: string): Promise<TestSetRow> {
  const row = await findTestSet({ teamId: ctx.principal.teamId, testSetId });
  if (row === null) throw testSetNotFound(testSetId);
  return row;
}
