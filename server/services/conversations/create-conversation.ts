import { insertConversation } from "#server/db/conversations";
import { readItems } from "#server/db/items";
import { newId } from "#server/ids";
import type { InputItem } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import { type ConversationObject, toConversationObject } from "#server/services/conversations/conversation-object";
import { resolveNewItems } from "#server/services/conversations/resolve-new-items";
import { settleAnswers } from "#server/services/responses/mcp-approvals";
import { idsIn } from "#server/services/responses/resolve-items";

/**
 * Makes a conversation, with first items when given.
 * @throws AppError not_found (an item_reference); invalid_request, invalid_value (an item); database_unavailable
 */
export async function createConversation({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { items: InputItem[]; metadata: Record<string, string> };
}): Promise<ConversationObject> {
  const { teamId } = ctx.principal;
  const { metadata } = input;
  const items = await readItems(teamId, idsIn(input.items));
  const { rows, items: made } = resolveNewItems(ctx, input.items, { historyItemIds: [], items, status: null });
  const id = newId("conversation");
  await insertConversation({ teamId, conversationId: id }, { ...rows, metadata });
  await settleAnswers(ctx, { items: made, heldIds: [] });
  return toConversationObject({ id, metadata, createdAt: new Date(rows.now) });
}
