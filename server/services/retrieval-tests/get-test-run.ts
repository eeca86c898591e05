import { findTestRun, type TestResult, type TestRunRow } from "#server/db/retrieval-test-runs";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";

/**
 * A run with what each question found.
 * @throws AppError not_found, database_unavailable
 */
export async function getTestRun({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { runId: string };
}): Promise<TestRunRow & { results: TestResult[] }> {
  const row = await findTestRun({ teamId: ctx.principal.teamId, ...input });
  if (row === null) throw new AppError("not_found", `Run with id '${input.runId}' not found.`, { param: "runId" });
  return row;
}
