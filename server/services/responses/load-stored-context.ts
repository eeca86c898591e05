import { readItems } from "#server/db/items";
import type { StoredResponse } from "#server/db/responses";
import type { Item } from "#server/protocol/items";
import type { CreateResponseRequest } from "#server/protocol/request";
import { expandCompactions } from "#server/services/compaction/expand-compactions";
import { type ResponseContext, resolvePrompt } from "#server/services/responses/load-context";
import { pairCalls } from "#server/services/responses/pair-calls";

/**
 * What a stored response builds on, as it was when its request came in.
 * @throws AppError database_unavailable
 */
export async function loadStoredContext(
  teamId: string,
  stored: StoredResponse,
  request: CreateResponseRequest,
): Promise<ResponseContext> {
  const ids = [...stored.historyItemIds, ...stored.inputItemIds];
  const known = new Map((await readItems(teamId, ids)).map((item) => [item.id, item.body]));
  const bodies = (of: readonly string[]): Item[] => of.flatMap((id) => known.get(id) ?? []);
  const [history, inputItems] = [bodies(stored.historyItemIds), bodies(stored.inputItemIds)];
  const { items, summaryId } = expandCompactions(teamId, { history, input: inputItems });
  return {
    historyItemIds: stored.historyItemIds,
    history,
    inputItems,
    newItems: [],
    items: pairCalls(items),
    summaryId,
    promptItems: resolvePrompt(request.promptMessages),
  };
}
