import { updateChatMetadata } from "#server/db/chat-completions";
import type { StoredChatBody } from "#server/protocol/chat/stored";
import { chatCompletionNotFound, toChatObject } from "#server/services/chat-completions/get-chat-completion";
import type { ServiceContext } from "#server/services/context";

/**
 * Replaces the metadata of the team's stored chat completion; nothing else of it can change.
 * @throws AppError not_found, database_unavailable
 */
export async function updateChatCompletion({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { completionId: string; metadata: Record<string, string> };
}): Promise<StoredChatBody> {
  const { completionId: id, metadata } = input;
  const stored = await updateChatMetadata({ teamId: ctx.principal.teamId, id }, metadata);
  if (!stored) throw chatCompletionNotFound(id);
  return toChatObject(stored);
}
