import { readItems } from "#server/db/items";
import { readRelayedInput } from "#server/db/response-events";
import { readResponse, type StoredResponse } from "#server/db/responses";
import type { Item } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import { findRun } from "#server/services/responses/active-runs";
import { responseNotFound } from "#server/services/responses/get-response";

/**
 * What a stored response's request brought, in order.
 * @throws AppError database_unavailable
 */
export async function readInput(teamId: string, stored: StoredResponse): Promise<Item[]> {
  const items = new Map((await readItems(teamId, stored.inputItemIds)).map((item) => [item.id, item.body]));
  return stored.inputItemIds.flatMap((id) => items.get(id) ?? []);
}

/**
 * What a response of the team's was asked, also while it runs. Of a foreground response of another node that is known
 * to whoever has heard the first event by watching it. A run that keeps no content is as unknown.
 * @throws AppError not_found, database_unavailable
 */
export async function getResponseInput({
  ctx,
  input: { responseId },
}: {
  ctx: ServiceContext;
  input: { responseId: string };
}): Promise<readonly Item[]> {
  const { teamId } = ctx.principal;
  const run = findRun(teamId, responseId);
  if (run?.facts.keepsContent) return run.facts.input;
  const stored = await readResponse(teamId, responseId);
  if (stored) return readInput(teamId, stored);
  const relayed = await readRelayedInput({ teamId, responseId });
  if (!relayed) throw responseNotFound(responseId);
  return relayed;
}
