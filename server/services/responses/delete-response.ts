import { removeResponse } from "#server/db/responses";
import type { ServiceContext } from "#server/services/context";
import { responseNotFound } from "#server/services/responses/get-response";

/**
 * Deletes the team's stored response, and those of its items that no other response holds.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<{ id: string; object: "response"; deleted: true }> {
  const deleted = await removeResponse(ctx.principal.teamId, input.responseId);
  if (!deleted) throw responseNotFound(input.responseId);
  return { id: input.responseId, object: "response", deleted: true };
}
