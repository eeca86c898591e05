import { appendConversationItems, readConversationContext } from "#server/db/conversations";
import type { InputItem, Item } from "#server/protocol/items";
import type { ListPage } from "#server/protocol/list";
import { toListPage } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { conversationNotFound } from "#server/services/conversations/conversation-object";
import { resolveNewItems } from "#server/services/conversations/resolve-new-items";
import { settleAnswers } from "#server/services/responses/mcp-approvals";
import { idsIn } from "#server/services/responses/resolve-items";

/**
 * Appends items to a conversation, all or none, and returns them.
 * @throws AppError not_found (the conversation, or an item_reference); invalid_request, invalid_value (an item);
 *   database_unavailable
 */
export async function addItems({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { conversationId: string; items: InputItem[] };
}): Promise<ListPage<Item>> {
  const { conversationId } = input;
  const scope = { teamId: ctx.principal.teamId, conversationId };
  const past = await readConversationContext(scope, idsIn(input.items));
  if (past.historyItemIds === null) throw conversationNotFound(conversationId);
  const { rows, items } = resolveNewItems(ctx, input.items, past);
  const found = await appendConversationItems(scope, rows);
  if (!found) throw conversationNotFound(conversationId);
  await settleAnswers(ctx, { items, heldIds: past.historyItemIds });
  return toListPage(items, false);
}
