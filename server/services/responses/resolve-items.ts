import { AppError } from "#server/errors";
import { type IdKind, newId } from "#server/ids";
import type { InputItem, Item, ItemReference } from "#server/protocol/items";
import { isVendorItem, type VendorItem, type VendorItemType } from "#server/protocol/vendor-items";

const ID_KINDS = {
  message: "message",
  function_call: "functionCall",
  function_call_output: "functionCallOutput",
  custom_tool_call: "customToolCall",
  custom_tool_call_output: "customToolCallOutput",
  reasoning: "reasoning",
  compaction: "compaction",
  file_search_call: "fileSearchCall",
} as const satisfies Record<Exclude<Item["type"], VendorItemType>, IdKind>;

/** Ids that a caller may choose for its items. Others are replaced. */
const USABLE_ID = /^[\w.:-]{1,128}$/;

type NewItem = Exclude<InputItem, ItemReference>;

/** What makes two items with one id the same item: what the model would read. */
export function essenceOf(item: NewItem | Item): string {
  if (isVendorItem(item)) return vendorEssence(item);
  switch (item.type) {
    case "message":
      return JSON.stringify([item.role, item.content.map(partEssence)]);
    case "function_call":
      return JSON.stringify([item.call_id, item.name, item.arguments]);
    case "custom_tool_call":
      return JSON.stringify([item.call_id, item.name, item.input]);
    case "function_call_output":
    case "custom_tool_call_output":
      return JSON.stringify([item.call_id, item.output]);
    case "reasoning":
      return JSON.stringify([item.summary, item.content ?? []]);
    case "compaction":
      return item.encrypted_content;
    case "file_search_call":
      return JSON.stringify(item.queries);
  }
}

/** All fields but what this server made up, whatever their order. */
function vendorEssence(item: Omit<VendorItem, "id"> & { id: string | null }): string {
  const { id: _, upstream: _own, listed_from: _made, ...fields } = item;
  return JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partEssence(part: Extract<NewItem, { type: "message" }>["content"][number]): unknown {
  return part.type === "output_text" ? [part.type, part.text] : part;
}

function refersTo(item: InputItem): string | null {
  return item.id !== null && USABLE_ID.test(item.id) ? item.id : null;
}

/** Ids under which the team may have stored items of this input: to be read before {@link resolveItems}. */
export function idsIn(input: readonly InputItem[]): string[] {
  return input.flatMap((item) => refersTo(item) ?? []);
}

function notFound(id: string, param: string): AppError {
  return new AppError(
    "not_found",
    `Item with id '${id}' not found. Items are kept only when \`store\` is true; send the item itself instead.`,
    { param, wireCode: null },
  );
}

function duplicate(id: string, param: string): AppError {
  const message = `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`;
  return new AppError("invalid_request", message, { param, wireCode: null });
}

/** Refuses an id that stands twice in the input, or in the input and in what came before it. */
function checkDuplicates(input: readonly InputItem[], heldIds: readonly string[], param: string): void {
  const seen = new Set(heldIds);
  for (const { id } of input) {
    if (id === null) continue;
    if (seen.has(id)) throw duplicate(id, param);
    seen.add(id);
  }
}

function withId(item: NewItem, id: string): Item {
  return { ...item, id };
}

export interface ResolveItemsInput {
  input: readonly InputItem[];
  /** The team's stored items among {@link idsIn}. */
  stored: ReadonlyMap<string, Item>;
  /** Ids that stand before the input: none of them may come again. */
  heldIds: readonly string[];
  /** The request field at fault when an item is refused. */
  param: "input" | "items";
}

/** An input item as it is kept. */
export interface ResolvedItem {
  item: Item;
  /** False when the team has the item stored already. */
  isNew: boolean;
}

function resolveItem(item: InputItem, { stored, param }: ResolveItemsInput): ResolvedItem {
  const id = refersTo(item);
  const known = id === null ? undefined : stored.get(id);
  if (item.type === "item_reference") {
    if (!known) throw notFound(item.id, param);
    return { item: known, isNew: false };
  }
  // OpenAI's guides name an image that is to be changed by nothing but its type and id.
  if (item.type === "image_generation_call" && !("result" in item)) {
    if (known?.type === item.type) return { item: known, isNew: false };
    throw notFound(item.id ?? "", param);
  }
  // An item of ours that comes back is the stored one, which knows more (results, annotations).
  if (known?.type === item.type && essenceOf(known) === essenceOf(item)) return { item: known, isNew: false };
  const free = id !== null && !known;
  return { item: withId(item, free ? id : newId(isVendorItem(item) ? item.type : ID_KINDS[item.type])), isNew: true };
}

/**
 * The items that an input stands for, each with its id: a stored one where the input refers to it or repeats it, else
 * a new one, under the caller's id where that is free.
 * @throws AppError not_found (an item_reference), invalid_request (an id that comes twice)
 */
export function resolveItems(request: ResolveItemsInput): ResolvedItem[] {
  checkDuplicates(request.input, request.heldIds, request.param);
  return request.input.map((item) => resolveItem(item, request));
}
