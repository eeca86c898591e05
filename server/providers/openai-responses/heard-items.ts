import { isPassedItemType } from "#server/protocol/vendor-items";
import { HeardItem } from "#server/providers/openai-responses/heard-item";
import { type JsonObject, numberOf, stringOf } from "#server/providers/shared/json";

/**
 * The items of one answer in the order in which they were heard. Servers leave out ids and indexes, change ids, and give
 * several items one index.
 */
export class HeardItems {
  readonly #items: HeardItem[] = [];
  readonly #byIndex = new Map<number, HeardItem>();

  get size(): number {
    return this.#items.length;
  }

  /** True when the model called anything that is to be answered here. */
  get called(): boolean {
    return this.#items.some((item) => item.announced);
  }

  /** Calls that nobody was told of yet. */
  unannounced(): HeardItem[] {
    return this.#items.filter((item) => item.unannounced !== null && !item.announced);
  }

  add(item: JsonObject, index: number | null): HeardItem {
    const heard = new HeardItem(item, `item ${this.#items.length}`);
    this.#items.push(heard);
    if (index !== null) this.#byIndex.set(index, heard);
    return heard;
  }

  /** The open item of that type that an event is about: by its id, else by its index, else the newest. */
  find(event: JsonObject, type: string): HeardItem | undefined {
    const id = stringOf(event.item_id);
    const byId = id === null ? undefined : this.#items.find((item) => item.id === id);
    if (byId) return byId;
    const isOpen = (item: HeardItem | undefined) => item !== undefined && !item.done && item.type === type;
    const index = numberOf(event.output_index);
    const byIndex = index === null ? undefined : this.#byIndex.get(index);
    if (isOpen(byIndex)) return byIndex;
    return index === null ? this.#items.findLast(isOpen) : undefined;
  }

  /** The open item of a vendor's tool that an event is about. */
  findVendorItem(event: JsonObject): HeardItem | undefined {
    const isAbout = (item: HeardItem) =>
      typeof event.item_id === "string" && item.id !== null
        ? item.id === event.item_id
        : this.#byIndex.get(numberOf(event.output_index) ?? -1) === item;
    return this.#items.find((item) => !item.done && isPassedItemType(item.type) && isAbout(item));
  }

  /** The items that stand in a finished response, each with the heard one: by its id, else the next of its type. */
  match(output: readonly JsonObject[]): { final: JsonObject; heard: HeardItem | undefined }[] {
    const left = [...this.#items];
    return output.map((final) => {
      const byId = left.find((item) => item.id !== null && item.id === final.id);
      const heard = byId ?? left.find((item) => item.type === final.type);
      if (heard) left.splice(left.indexOf(heard), 1);
      return { final, heard };
    });
  }
}
