import { isAdditionalTools } from "#server/protocol/additional-tools";
import type { Item, MessageItem } from "#server/protocol/items";
import { type CompactionContent, openCompaction } from "#server/services/compaction/compaction-content";
import { essenceOf } from "#server/services/responses/resolve-items";

/** Items as a model may be shown them. */
export interface ExpandedItems {
  items: Item[];
  /** Id of the message among them that carries the summary of a compaction; null without one. */
  summaryId: string | null;
}

const SUMMARY_HEADING =
  "Summary of the conversation so far, which was compacted to save space. Go on from here; do not mention the summary.";

/** True for what says how to behave, and brings tools: it outlives a compaction. */
export function isStanding(item: Item): boolean {
  if (item.type === "message") return item.role === "system" || item.role === "developer";
  return isAdditionalTools(item);
}

/** The summary as the model reads it. */
export function summaryMessage(id: string, summary: string): MessageItem {
  const text = `${SUMMARY_HEADING}\n\n${summary}`;
  return { type: "message", id, status: "completed", role: "user", content: [{ type: "input_text", text }] };
}

/** What a compaction item stands for. */
export function contentItems(id: string, content: CompactionContent, unseen: readonly Item[] = []): Item[] {
  return [...content.before, summaryMessage(id, content.summary), ...unseen, ...content.after];
}

/** Stored items before a compaction item that came into the conversation while it was made. */
function unseenItems(stored: readonly Item[], { lastHistoryId, inputIds }: CompactionContent["seen"]): Item[] {
  const last = stored.findIndex((item) => item.id === lastHistoryId);
  if (lastHistoryId !== null && last < 0) return [];
  return stored.slice(last + 1).filter((item) => !inputIds.includes(item.id));
}

/**
 * Puts what the last compaction item holds in the place of it and of everything before it, but for system and
 * developer messages that it does not hold, and stored items that it has not seen.
 * @throws AppError invalid_value for a compaction item that is not this team's
 */
export function expandCompactions(
  teamId: string,
  { history, input }: { history: readonly Item[]; input: readonly Item[] },
): ExpandedItems {
  const items = [...history, ...input];
  const last = items.findLastIndex((item) => item.type === "compaction");
  const compaction = items[last];
  if (compaction?.type !== "compaction") return { items, summaryId: null };
  const content = openCompaction(teamId, compaction);
  const held = new Set(content.before.map(essenceOf));
  const unseen = unseenItems(history.slice(0, last), content.seen);
  const standing = items
    .slice(0, last)
    .filter((item) => isStanding(item) && !held.has(essenceOf(item)) && !unseen.includes(item));
  return {
    items: [...standing, ...contentItems(compaction.id, content, unseen), ...items.slice(last + 1)],
    summaryId: compaction.id,
  };
}

/** @throws AppError invalid_value for a compaction item that is not this team's */
export function checkCompactions(teamId: string, items: readonly Item[]): void {
  for (const item of items) if (item.type === "compaction") openCompaction(teamId, item);
}
