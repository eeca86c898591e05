import { readChatMessages } from "#server/db/chat-completions";
import { type ListedChatMessage, toListedMessages } from "#server/protocol/chat/stored";
import { type ListPage, type ListQuery, toListPage } from "#server/protocol/list";
import { chatCompletionNotFound } from "#server/services/chat-completions/get-chat-completion";
import type { ServiceContext } from "#server/services/context";
import { pageOfIds } from "#server/services/responses/list-input-items";

/**
 * A page of the messages that led to the team's stored chat completion.
 * @throws AppError not_found; invalid_value for an `after` or `before` that is no message of it; database_unavailable
 */
export async function listChatMessages({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { completionId: string; query: ListQuery };
}): Promise<ListPage<ListedChatMessage>> {
  const { completionId: id } = input;
  const stored = await readChatMessages({ teamId: ctx.principal.teamId, id });
  if (!stored) throw chatCompletionNotFound(id);
  const messages = new Map(toListedMessages(id, stored).map((message) => [message.id, message]));
  const page = pageOfIds([...messages.keys()], input.query);
  const data = page.ids.flatMap((messageId) => messages.get(messageId) ?? []);
  return toListPage(data, page.hasMore);
}
