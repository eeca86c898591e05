import { findConversation, removeConversationItem } from "#server/db/conversations";
import type { ServiceContext } from "#server/services/context";
import {
  type ConversationObject,
  conversationItemNotFound,
  conversationNotFound,
  toConversationObject,
} from "#server/services/conversations/conversation-object";
import type { ItemInConversation } from "#server/services/conversations/get-item";

/**
 * Takes an item out of a conversation and returns the conversation. The item itself goes when nothing else holds it.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteItem({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ItemInConversation;
}): Promise<ConversationObject> {
  const { conversationId, itemId } = input;
  const scope = { teamId: ctx.principal.teamId, conversationId };
  const row = await findConversation(scope);
  if (!row) throw conversationNotFound(conversationId);
  const deleted = await removeConversationItem(scope, itemId);
  if (!deleted) throw conversationItemNotFound(conversationId, itemId);
  return toConversationObject(row);
}
