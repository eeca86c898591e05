import type { ResponseEvent } from "#server/protocol/events";
import type { ItemStatus, OutputItem } from "#server/protocol/items";
import type { ModelInput } from "#server/providers/provider";

/** One output item on its way. At most one streams at a time, and it is the newest. */
export interface ItemWriter {
  readonly outputIndex: number;
  /** Closes what is open, writes the item's last event and returns the finished item. */
  close(status: ItemStatus): OutputItem;
  /** Events that tell a newcomer what has been said so far, `output_item.added` first. Nothing is closed. */
  replay(): ResponseEvent[];
  /** The item as the model must see it in the next turn. Complete once it is closed. */
  transcript(): ModelInput;
}
