import type { ResponseEvent } from "#server/protocol/events";
import type { OutputItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import { eventsOfItem } from "#server/protocol/unfold";

/** A running stream as a newcomer may be told it. */
export interface Replay {
  /** From `response.created` to now, in as few events as tell it. */
  events: ResponseEvent[];
  /** How many events of the stream itself these tell: whoever has sent fewer is about to send what is told here. */
  told: number;
}

interface Said {
  /** Finished items at their output index. */
  output: readonly OutputItem[];
  /** Writers of items, in any order; those whose item is finished are left out. */
  open: readonly ({ outputIndex: number; replay(): ResponseEvent[] } | null)[];
  told: number;
}

/** The stream so far of a response that began as `response`. */
export function replayOf(response: ResponseResource, { output, open, told }: Said): Replay {
  const events: ResponseEvent[] = [
    { type: "response.created", response },
    { type: "response.in_progress", response },
  ];
  const writers = new Map(open.flatMap((writer) => (writer ? [[writer.outputIndex, writer] as const] : [])));
  const size = Math.max(output.length, ...[...writers.keys()].map((index) => index + 1));
  for (let index = 0; index < size; index += 1) {
    const item = output[index];
    events.push(...(item ? eventsOfItem(item, index) : (writers.get(index)?.replay() ?? [])));
  }
  return { events, told };
}
