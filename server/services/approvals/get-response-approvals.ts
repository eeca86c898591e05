import { requirePermission } from "#server/auth/permissions";
import { listApprovals } from "#server/db/approvals";
import { readResponse } from "#server/db/responses";
import { type ApprovalView, lostCredentialsOf, toApprovalView } from "#server/services/approvals/approval-view";
import type { ServiceContext } from "#server/services/context";
import { responseNotFound } from "#server/services/responses/get-response";

/**
 * What the team's stored response asked to have approved, and what became of it.
 * @throws AppError not_found, permission_denied, database_unavailable
 */
export async function getResponseApprovals({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<{ requests: ApprovalView[]; lostCredentials: string[] }> {
  requirePermission(ctx.principal, "responses.read");
  const { teamId } = ctx.principal;
  const stored = await readResponse(teamId, input.responseId);
  if (!stored) throw responseNotFound(input.responseId);
  const rows = await listApprovals(teamId, [input.responseId]);
  return { requests: rows.map((row) => toApprovalView(row, stored.body)), lostCredentials: lostCredentialsOf(rows) };
}
