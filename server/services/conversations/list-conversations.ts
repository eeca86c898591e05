import { listConversations as readConversations } from "#server/db/conversations";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { type ConversationObject, toConversationObject } from "#server/services/conversations/conversation-object";

const CONVERSATION_ID = /^conv_[0-9a-zA-Z]+$/;

export interface ConversationListItem extends ConversationObject {
  itemCount: number;
}

/**
 * A page of the team's conversations by keyset, newest first. `cursor` is an id: the page begins after it.
 * @throws AppError invalid_value for a cursor that is none, database_unavailable
 */
export async function listConversations({
  ctx,
  input: { cursor, limit },
}: {
  ctx: ServiceContext;
  input: { cursor?: string | undefined; limit: number };
}): Promise<{ rows: ConversationListItem[]; nextCursor: string | null }> {
  if (cursor !== undefined && !CONVERSATION_ID.test(cursor)) {
    throw new AppError("invalid_value", "Invalid 'cursor': expected the one of an earlier page.", { param: "cursor" });
  }
  const query = { teamId: ctx.principal.teamId, beforeId: cursor ?? null, limit: limit + 1 };
  const found = await readConversations(query);
  const rows = found.slice(0, limit).map((row) => ({ ...toConversationObject(row), itemCount: row.itemCount }));
  return { rows, nextCursor: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
