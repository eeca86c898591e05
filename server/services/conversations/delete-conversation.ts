import { removeConversation } from "#server/db/conversations";
import type { ServiceContext } from "#server/services/context";
import { conversationNotFound } from "#server/services/conversations/conversation-object";

/**
 * Deletes a conversation, and those of its items that nothing else holds. Its responses stay.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteConversation({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { conversationId: string };
}): Promise<{ id: string; object: "conversation.deleted"; deleted: true }> {
  const deleted = await removeConversation({ teamId: ctx.principal.teamId, ...input });
  if (!deleted) throw conversationNotFound(input.conversationId);
  return { id: input.conversationId, object: "conversation.deleted", deleted: true };
}
