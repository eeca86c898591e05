import { findConversation } from "#server/db/conversations";
import type { ServiceContext } from "#server/services/context";
import {
  type ConversationObject,
  conversationNotFound,
  toConversationObject,
} from "#server/services/conversations/conversation-object";

/**
 * The team's conversation.
 * @throws AppError not_found, database_unavailable
 */
export async function getConversation({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { conversationId: string };
}): Promise<ConversationObject> {
  const row = await findConversation({ teamId: ctx.principal.teamId, ...input });
  if (!row) throw conversationNotFound(input.conversationId);
  return toConversationObject(row);
}
