import type { EventSink } from "#server/engine/builder/event-sink";
import { newId } from "#server/ids";
import type { ResponseEvent } from "#server/protocol/events";
import { openingOf } from "#server/protocol/unfold";
import type { PassedEventType, PassedItemType } from "#server/protocol/vendor-items";
import { failedWebSearch } from "#server/protocol/web-search-tools";
import type { ModelInput } from "#server/providers/provider";

type Fields = Record<string, unknown>;
type PassedItem = Extract<ModelInput, { type: "vendor_item" }>["item"];

/** The item; the vendor vouches that its fields are those of its type. A file search has some in any case. */
function toItem(fields: Fields, type: PassedItemType, id: string): PassedItem {
  if (type !== "file_search_call") return { ...fields, type, id };
  return { status: "completed", queries: [], results: null, ...fields, type, id };
}

/** Passes on an item of a tool that the vendor runs. Several may be open together. */
export class VendorItemWriter {
  readonly outputIndex: number;
  readonly #sink: EventSink;
  /** What was told of the open item: there are few such events, and none says what another says. */
  readonly #told: ResponseEvent[] = [];
  #item: PassedItem;
  #closed = false;

  constructor(sink: EventSink, outputIndex: number, { type, fields }: { type: PassedItemType; fields: Fields }) {
    this.#sink = sink;
    this.outputIndex = outputIndex;
    this.#item = toItem(fields, type, newId(type === "file_search_call" ? "fileSearchCall" : type));
    const opening = fields.status === "completed" ? openingOf(this.#item) : this.#item;
    this.#tell({ type: "response.output_item.added", output_index: outputIndex, item: opening });
  }

  get closed(): boolean {
    return this.#closed;
  }

  event(type: PassedEventType, fields: Fields): void {
    // Too many types at once for the compiler to see that each has its event.
    this.#tell({ ...fields, type, item_id: this.#item.id, output_index: this.outputIndex } as ResponseEvent);
  }

  /** The item as it is finished. */
  close(fields: Fields): PassedItem {
    const { type, id } = this.#item;
    return this.#end(toItem(fields, type, id));
  }

  /** The item as far as it has come, when its vendor will say no more of it. */
  cut(): PassedItem {
    if (this.#item.status === undefined) return this.#end(this.#item);
    if (this.#item.type === "web_search_call") return this.#end(failedWebSearch(this.#item));
    if (this.#item.type === "mcp_call") this.#tellFailure();
    return this.#end({ ...this.#item, status: "failed" });
  }

  /** Events that tell a newcomer how far the item has come, `output_item.added` first. */
  replay(): ResponseEvent[] {
    // A copy of each: events are numbered in place.
    return this.#told.map((event) => ({ ...event }));
  }

  transcript(): ModelInput {
    return { type: "vendor_item", item: this.#item };
  }

  /** Says of an MCP call that it has failed, unless its vendor has said how it ended. */
  #tellFailure(): void {
    const place = { item_id: this.#item.id, output_index: this.outputIndex };
    const told = new Set<string>(this.#told.map(({ type }) => type));
    if (told.has("response.mcp_call.completed") || told.has("response.mcp_call.failed")) return;
    if (!told.has("response.mcp_call.in_progress")) this.#tell({ type: "response.mcp_call.in_progress", ...place });
    this.#tell({ type: "response.mcp_call.failed", ...place });
  }

  #tell(event: ResponseEvent): void {
    this.#told.push(event);
    this.#sink.push(event);
  }

  #end(item: PassedItem): PassedItem {
    this.#item = item;
    this.#closed = true;
    this.#sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }
}
