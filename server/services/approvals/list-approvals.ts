import { requirePermission } from "#server/auth/permissions";
import { type AskingRow, listApprovals as listApprovalRows, listAskingResponses } from "#server/db/approvals";
import { type ApprovalView, lostCredentialsOf, toApprovalView } from "#server/services/approvals/approval-view";
import type { ServiceContext } from "#server/services/context";

/** A response that waits for approvals. */
export interface AskingResponse extends Omit<AskingRow, "body"> {
  /** In the order in which the model made them; those that are decided already, too. */
  requests: ApprovalView[];
  /** Servers whose credentials were the request's own: only its client can go on. Empty: it can be answered here. */
  lostCredentials: string[];
}

/**
 * A page of the team's stored responses that wait for an approval, newest first, with what they ask.
 * @throws AppError permission_denied, database_unavailable
 */
export async function listApprovals({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { cursor?: string | undefined; limit: number };
}): Promise<{ rows: AskingResponse[]; nextCursor: string | null }> {
  requirePermission(ctx.principal, "responses.read");
  const { teamId } = ctx.principal;
  const beforeId = input.cursor ?? null;
  const found = await listAskingResponses({ teamId, beforeId, limit: input.limit + 1 });
  const page = found.slice(0, input.limit);
  const requests = Map.groupBy(
    await listApprovalRows(
      teamId,
      page.map((row) => row.responseId),
    ),
    (row) => row.responseId,
  );
  const rows = page.map(({ body, ...row }) => {
    const own = requests.get(row.responseId) ?? [];
    return {
      ...row,
      requests: own.map((request) => toApprovalView(request, body)),
      lostCredentials: lostCredentialsOf(own),
    };
  });
  return { rows, nextCursor: found.length > page.length ? (page.at(-1)?.responseId ?? null) : null };
}
