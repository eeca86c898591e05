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

/** True for messages that say how to behave: they outlive a compaction. */
export function isStanding(item: Item): item is MessageItem {
  return item.type === "message" && (item.role === "system" || item.role === "developer");
}

/** The summary as the model reads it. */
export function summaryMessage(id: string, summary: string): MessageItem {
  const text = `${SUMMARY_HEADING}\n\n${summary}`;
  return { type: "message", id, status: "completed", role: "user", content: [{ type: "input_text", text }] };
}

/** What a compaction item stands for. */
export function contentItems(id: string, { before, summary, after }: CompactionContent): Item[] {
  return [...before, summaryMessage(id, summary), ...after];
}

/**
 * Puts what the last compaction item holds in the place of it and of everything before it, but for system and
 * developer messages that it does not hold.
 * @throws AppError invalid_value for a compaction item that is not this team's
 */
export function expandCompactions(teamId: string, items: readonly Item[]): ExpandedItems {
  const last = items.findLastIndex((item) => item.type === "compaction");
  const compaction = items[last];
  if (compaction?.type !== "compaction") return { items: [...items], summaryId: null };
  const content = openCompaction(teamId, compaction);
  const held = new Set(content.before.map(essenceOf));
  const standing = items.slice(0, last).filter((item) => isStanding(item) && !held.has(essenceOf(item)));
  return {
    items: [...standing, ...contentItems(compaction.id, content), ...items.slice(last + 1)],
    summaryId: compaction.id,
  };
}

/** @throws AppError invalid_value for a compaction item that is not this team's */
export function checkCompactions(teamId: string, items: readonly Item[]): void {
  for (const item of items) if (item.type === "compaction") openCompaction(teamId, item);
}
