import { toSeconds } from "#server/clock";
import type { ConversationRow } from "#server/db/conversations";
import { AppError } from "#server/errors";

/** A conversation as the API shows it. */
export interface ConversationObject {
  id: string;
  object: "conversation";
  created_at: number;
  metadata: Record<string, string>;
}

/** The row in the API's shape. */
export function toConversationObject(row: ConversationRow): ConversationObject {
  return {
    id: row.id,
    object: "conversation",
    created_at: toSeconds(row.createdAt.getTime()),
    metadata: row.metadata,
  };
}

/** The answer to an id that the team has no conversation of. */
export function conversationNotFound(conversationId: string, param = "conversation_id"): AppError {
  return new AppError("not_found", `Conversation with id '${conversationId}' not found.`, { param, wireCode: null });
}

/** The answer to an id that a conversation has no item of. */
export function conversationItemNotFound(conversationId: string, itemId: string): AppError {
  const message = `Item with id '${itemId}' not found in conversation with id '${conversationId}'.`;
  return new AppError("not_found", message, { param: "item_id", wireCode: null });
}
