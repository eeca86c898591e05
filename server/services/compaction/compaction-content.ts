import { decryptSecret, encryptSecret } from "#server/auth/secrets";
import { AppError } from "#server/errors";
import type { CompactionItem } from "#server/protocol/compaction";
import type { Item } from "#server/protocol/items";

/** What a compaction item holds: all that a model needs of what came before the item. */
export interface CompactionContent {
  version: 1;
  /** System and developer messages, then the newest user messages, word for word. */
  before: Item[];
  /** What the rest came to, in the words of a model. */
  summary: string;
  /** The newest items, word for word. */
  after: Item[];
  /** What it was made from. Items that others added to the conversation meanwhile are not among it. */
  seen: {
    /** The newest stored item; null when there was none. */
    lastHistoryId: string | null;
    /** Ids of the request's own items. */
    inputIds: string[];
  };
}

function boundTo(teamId: string): string {
  return `compaction ${teamId}`;
}

/** The content as a compaction item carries it: only this server can open it, and only for this team. */
export function sealCompaction(teamId: string, content: CompactionContent): string {
  return encryptSecret(JSON.stringify(content), boundTo(teamId));
}

/**
 * Opens a compaction item of the team.
 * @throws AppError invalid_value for one that was made elsewhere, for another team, or was altered
 */
export function openCompaction(teamId: string, item: CompactionItem): CompactionContent {
  try {
    // Only what this server wrote passes the authentication.
    return JSON.parse(decryptSecret(item.encrypted_content, boundTo(teamId)));
  } catch (error) {
    const message = `The encrypted content of the compaction item could not be verified: it was not made for this team by this server, or was altered.`;
    throw new AppError("invalid_value", message, {
      param: "input",
      wireCode: "invalid_encrypted_content",
      cause: error,
    });
  }
}
