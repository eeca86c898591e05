import { readItems } from "#server/db/items";
import { readResponse } from "#server/db/responses";
import { AppError } from "#server/errors";
import type { OutputItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";

/** The error for a response that the team does not have. */
export function responseNotFound(id: string): AppError {
  return new AppError("not_found", `Response with id '${id}' not found.`, { param: "response_id", wireCode: null });
}

/**
 * The team's stored response, whole and in the neutral form.
 * @throws AppError not_found, database_unavailable
 */
export async function getResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<ResponseResource> {
  const { teamId } = ctx.principal;
  const stored = await readResponse(teamId, input.responseId);
  if (!stored) throw responseNotFound(input.responseId);
  const items = new Map((await readItems(teamId, stored.outputItemIds)).map((item) => [item.id, item.body]));
  const output = stored.outputItemIds.flatMap((id) => items.get(id) ?? []);
  return { ...stored.body, status: stored.status, output: output as OutputItem[] };
}
