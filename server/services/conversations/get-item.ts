import { findConversation, findConversationItem } from "#server/db/conversations";
import type { Item } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import { conversationItemNotFound, conversationNotFound } from "#server/services/conversations/conversation-object";

export interface ItemInConversation {
  conversationId: string;
  itemId: string;
}

/**
 * One item of the team's conversation.
 * @throws AppError not_found, database_unavailable
 */
export async function getItem({ ctx, input }: { ctx: ServiceContext; input: ItemInConversation }): Promise<Item> {
  const { conversationId, itemId } = input;
  const scope = { teamId: ctx.principal.teamId, conversationId };
  const row = await findConversationItem(scope, itemId);
  if (row) return row.body;
  const known = await findConversation(scope);
  throw known ? conversationItemNotFound(conversationId, itemId) : conversationNotFound(conversationId);
}
