import { newId } from "#server/ids";
import { withoutItemCredentials } from "#server/protocol/additional-tools";
import type { CompactionItem } from "#server/protocol/compaction";
import type { Item } from "#server/protocol/items";
import { type CompactionContent, sealCompaction } from "#server/services/compaction/compaction-content";
import { contentItems } from "#server/services/compaction/expand-compactions";
import type { CompactionPlan } from "#server/services/compaction/plan-compaction";
import { transcriptOf } from "#server/services/compaction/transcript";
import type { ResponseContext } from "#server/services/responses/load-context";

/** Part of a model's window that a transcript may take, in characters of about three to a token. */
const TRANSCRIPT_SHARE = 0.75 * 3;

export interface CompactionInput {
  teamId: string;
  context: ResponseContext;
  plan: CompactionPlan;
  summary: string;
}

/** The item that takes the place of a context, and what the model reads in it. */
export function makeCompaction({ teamId, context, plan, summary }: CompactionInput): {
  item: CompactionItem;
  items: Item[];
} {
  const content: CompactionContent = {
    version: 1,
    before: plan.before.map(withoutItemCredentials),
    summary,
    after: plan.after,
    seen: {
      lastHistoryId: context.historyItemIds.at(-1) ?? null,
      inputIds: context.inputItems.map((item) => item.id),
    },
  };
  const id = newId("compaction");
  const sealed = sealCompaction(teamId, content);
  return {
    item: { type: "compaction", id, status: "completed", encrypted_content: sealed },
    items: contentItems(id, { ...content, before: plan.before }),
  };
}

/**
 * What a model is given to summarise: as much of the newest as its window holds. `contextWindow` is in tokens, null
 * when unknown.
 */
export function summaryTranscript(
  items: readonly Item[],
  { contextWindow, instructions }: { contextWindow: number | null; instructions: string | null },
): string {
  const whole = transcriptOf(items);
  const most = contextWindow === null ? whole.length : Math.floor(contextWindow * TRANSCRIPT_SHARE);
  const transcript = whole.length <= most ? whole : `[The beginning is left out.]\n\n${whole.slice(-most)}`;
  return instructions === null ? transcript : `System: ${instructions}\n\n${transcript}`;
}
