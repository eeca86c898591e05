import { listChatCompletions as readChatCompletions } from "#server/db/chat-completions";
import type { StoredChatBody } from "#server/protocol/chat/stored";
import type { ListQuery } from "#server/protocol/list";
import { toChatObject } from "#server/services/chat-completions/get-chat-completion";
import type { ServiceContext } from "#server/services/context";
import { type Page, readPage } from "#server/services/read-page";

export interface ListChatCompletionsInput {
  query: ListQuery;
  /** null: any. */
  model: string | null;
  metadata: Record<string, string>;
}

/**
 * A page of the team's stored chat completions by creation, of one model and with certain metadata where asked for.
 * @throws AppError database_unavailable
 */
export async function listChatCompletions({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ListChatCompletionsInput;
}): Promise<Page<StoredChatBody>> {
  const { model, metadata } = input;
  const { teamId } = ctx.principal;
  const page = await readPage(input.query, (query) => readChatCompletions({ ...query, teamId, model, metadata }));
  return { ...page, rows: page.rows.map(toChatObject) };
}
