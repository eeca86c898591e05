import { readChatCompletion, type StoredChatCompletion } from "#server/db/chat-completions";
import { AppError } from "#server/errors";
import type { StoredChatBody } from "#server/protocol/chat/stored";
import type { ServiceContext } from "#server/services/context";

/** The error for a chat completion that the team does not have. */
export function chatCompletionNotFound(id: string): AppError {
  const message = `Chat completion with id '${id}' not found. Completions are kept only when \`store\` is true.`;
  return new AppError("not_found", message, { param: "completion_id", wireCode: null });
}

/** The stored completion as it is shown, with its metadata of today. */
export function toChatObject({ body, metadata }: StoredChatCompletion): StoredChatBody {
  return { ...body, metadata };
}

/**
 * The team's stored chat completion.
 * @throws AppError not_found, database_unavailable
 */
export async function getChatCompletion({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { completionId: string };
}): Promise<StoredChatBody> {
  const stored = await readChatCompletion({ teamId: ctx.principal.teamId, id: input.completionId });
  if (!stored) throw chatCompletionNotFound(input.completionId);
  return toChatObject(stored);
}
