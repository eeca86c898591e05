import { z } from "zod";
import type { ItemStatus } from "#server/protocol/items";

/** Longest `encrypted_content` of a compaction item, in characters (OpenAI's contract). */
const MAX_COMPACTION_LENGTH = 20_971_520;

/** A compaction item as a request carries it: verbatim as it was given out. */
export const CompactionInput = z
  .object({
    type: z.literal("compaction"),
    id: z.string().nullish(),
    status: z.string().nullish(),
    encrypted_content: z.string().min(1).max(MAX_COMPACTION_LENGTH),
  })
  .meta({ id: "CompactionInput" });

/** What stands for everything said before it: sealed, so that only this server can open it, and only for its team. */
export interface CompactionItem {
  type: "compaction";
  id: string;
  status: ItemStatus;
  encrypted_content: string;
}
