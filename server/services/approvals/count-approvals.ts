import { requirePermission } from "#server/auth/permissions";
import { countPendingApprovals } from "#server/db/approvals";
import type { ServiceContext } from "#server/services/context";

/** More are not counted: the number stands beside every page. */
const MOST = 100;

/**
 * How many of the team's requests for approval are pending, counted up to 100.
 * @throws AppError permission_denied, database_unavailable
 */
export async function countApprovals({ ctx }: { ctx: ServiceContext }): Promise<number> {
  requirePermission(ctx.principal, "responses.read");
  return countPendingApprovals(ctx.principal.teamId, MOST);
}
