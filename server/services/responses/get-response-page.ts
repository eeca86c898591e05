import { readResponse } from "#server/db/responses";
import type { Item } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import { getResponse, responseNotFound } from "#server/services/responses/get-response";
import { readInput } from "#server/services/responses/get-response-input";

/** A stored response as a page shows it. */
export interface ResponsePage {
  response: ResponseResource;
  /** What this request brought, in order. */
  input: Item[];
  /** How many items came before: they are read page by page. */
  historyCount: number;
}

/**
 * The team's stored response with its input and its output.
 * @throws AppError not_found, database_unavailable
 */
export async function getResponsePage({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<ResponsePage> {
  const { teamId } = ctx.principal;
  const [response, stored] = await Promise.all([getResponse({ ctx, input }), readResponse(teamId, input.responseId)]);
  if (!stored) throw responseNotFound(input.responseId);
  const historyCount = stored.historyItemIds.length;
  return { response, input: await readInput(teamId, stored), historyCount };
}
