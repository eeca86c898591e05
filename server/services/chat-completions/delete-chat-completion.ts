import { removeChatCompletion } from "#server/db/chat-completions";
import { chatCompletionNotFound } from "#server/services/chat-completions/get-chat-completion";
import type { ServiceContext } from "#server/services/context";

/**
 * Deletes the team's stored chat completion with its messages.
 * @throws AppError not_found, database_unavailable
 */
export async function deleteChatCompletion({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { completionId: string };
}): Promise<{ object: "chat.completion.deleted"; id: string; deleted: true }> {
  const { completionId: id } = input;
  if (!(await removeChatCompletion({ teamId: ctx.principal.teamId, id }))) throw chatCompletionNotFound(id);
  return { object: "chat.completion.deleted", id, deleted: true };
}
