import { updateConversation as storeMetadata } from "#server/db/conversations";
import type { ServiceContext } from "#server/services/context";
import {
  type ConversationObject,
  conversationNotFound,
  toConversationObject,
} from "#server/services/conversations/conversation-object";

/**
 * Replaces a conversation's metadata.
 * @throws AppError not_found, database_unavailable
 */
export async function updateConversation({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { conversationId: string; metadata: Record<string, string> };
}): Promise<ConversationObject> {
  const { conversationId, metadata } = input;
  const row = await storeMetadata({ teamId: ctx.principal.teamId, conversationId }, metadata);
  if (!row) throw conversationNotFound(conversationId);
  return toConversationObject(row);
}
