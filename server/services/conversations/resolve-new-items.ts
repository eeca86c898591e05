import { clock } from "#server/clock";
import type { NewConversationItems } from "#server/db/conversations";
import type { StoredContext } from "#server/db/items";
import type { InputItem, Item } from "#server/protocol/items";
import { checkCompactions } from "#server/services/compaction/expand-compactions";
import type { ServiceContext } from "#server/services/context";
import { resolveItems } from "#server/services/responses/resolve-items";
import { itemRow } from "#server/services/responses/response-rows";

/** Items for a conversation: as they are stored, and as they are shown. */
export interface ResolvedConversationItems {
  rows: NewConversationItems;
  items: Item[];
}

/**
 * Resolves the items of a request for the end of a conversation, of which `past` holds what it has already.
 * @throws AppError not_found (an item_reference); invalid_request (an id that comes twice); invalid_value (a compaction
 *   item that is not this team's)
 */
export function resolveNewItems(
  ctx: ServiceContext,
  input: readonly InputItem[],
  past: StoredContext,
): ResolvedConversationItems {
  const stored = new Map(past.items.map((item) => [item.id, item.body]));
  const resolved = resolveItems({ input, stored, heldIds: past.historyItemIds ?? [], param: "items" });
  const items = resolved.map(({ item }) => item);
  checkCompactions(ctx.principal.teamId, items);
  return {
    items,
    rows: {
      itemIds: items.map((item) => item.id),
      newItems: resolved.flatMap(({ item, isNew }) => (isNew ? [itemRow(item)] : [])),
      now: clock().now(),
    },
  };
}
