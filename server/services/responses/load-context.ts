import { readContext } from "#server/db/items";
import { AppError } from "#server/errors";
import { type IdKind, newId } from "#server/ids";
import type { InputItem, Item, ItemReference } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import { pairCalls } from "#server/services/responses/pair-calls";

export interface ContextInput {
  previousResponseId: string | null;
  input: InputItem[];
}

/** What a response builds on. */
export interface ResponseContext {
  /** Ids of everything the model saw before this request, in order. */
  historyItemIds: string[];
  /** This request's input, each item with its id. */
  inputItems: Item[];
  /** Those of `inputItems` that are not stored yet. */
  newItems: Item[];
  /** History and input as a model may be shown them. */
  items: Item[];
}

const ID_KINDS = {
  message: "message",
  function_call: "functionCall",
  function_call_output: "functionCallOutput",
  reasoning: "reasoning",
  file_search_call: "fileSearchCall",
} as const satisfies Record<Item["type"], IdKind>;

/** Ids that a caller may choose for its items. Others are replaced. */
const USABLE_ID = /^[\w.:-]{1,128}$/;

type NewItem = Exclude<InputItem, ItemReference>;

/** What makes two items with one id the same item: what the model would read. */
function essence(item: NewItem | Item): string {
  switch (item.type) {
    case "message":
      return JSON.stringify([item.role, item.content.map(partEssence)]);
    case "function_call":
      return JSON.stringify([item.call_id, item.name, item.arguments]);
    case "function_call_output":
      return JSON.stringify([item.call_id, item.output]);
    case "reasoning":
      return JSON.stringify([item.summary, item.content ?? []]);
    case "file_search_call":
      return JSON.stringify(item.queries);
  }
}

function partEssence(part: Extract<NewItem, { type: "message" }>["content"][number]): unknown {
  return part.type === "output_text" ? [part.type, part.text] : part;
}

function refersTo(item: InputItem): string | null {
  return item.id !== null && USABLE_ID.test(item.id) ? item.id : null;
}

function notFound(id: string): AppError {
  return new AppError(
    "not_found",
    `Item with id '${id}' not found. Items are kept only when \`store\` is true; send the item itself instead.`,
    { param: "input", wireCode: null },
  );
}

function duplicate(id: string): AppError {
  const message = `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`;
  return new AppError("invalid_request", message, { param: "input", wireCode: null });
}

/** Refuses an id that stands twice in the input, or in the input and in what came before it. */
function checkDuplicates(input: readonly InputItem[], historyItemIds: readonly string[]): void {
  const seen = new Set(historyItemIds);
  for (const { id } of input) {
    if (id === null) continue;
    if (seen.has(id)) throw duplicate(id);
    seen.add(id);
  }
}

function withId(item: NewItem, id: string): Item {
  return { ...item, id };
}

/** The item that an input item stands for, and whether it still has to be stored. */
function resolveItem(item: InputItem, stored: ReadonlyMap<string, Item>): { item: Item; isNew: boolean } {
  const id = refersTo(item);
  const known = id === null ? undefined : stored.get(id);
  if (item.type === "item_reference") {
    if (!known) throw notFound(item.id);
    return { item: known, isNew: false };
  }
  // An item of ours that comes back is the stored one, which knows more (results, annotations).
  if (known?.type === item.type && essence(known) === essence(item)) return { item: known, isNew: false };
  const free = id !== null && !known;
  return { item: withId(item, free ? id : newId(ID_KINDS[item.type])), isNew: true };
}

/**
 * Everything a request builds on, from one read: the items of `previous_response_id` and the referenced ones, all of
 * the caller's own team, then the input.
 * @throws AppError previous_response_not_found; not_found (an item_reference); invalid_request (duplicate ids, outputs
 *   without calls, calls without outputs); database_unavailable
 */
export async function loadContext({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ContextInput;
}): Promise<ResponseContext> {
  const ids = input.input.flatMap((item) => refersTo(item) ?? []);
  const needsRead = input.previousResponseId !== null || ids.length > 0;
  const past = needsRead
    ? await readContext(ctx.principal.teamId, input.previousResponseId, ids)
    : { historyItemIds: [], items: [] };
  if (past.historyItemIds === null) {
    throw new AppError(
      "previous_response_not_found",
      `Previous response with id '${input.previousResponseId}' not found.`,
      {
        param: "previous_response_id",
      },
    );
  }
  checkDuplicates(input.input, past.historyItemIds);
  const stored = new Map(past.items.map((item) => [item.id, item.body]));
  const resolved = input.input.map((item) => resolveItem(item, stored));
  const inputItems = resolved.map(({ item }) => item);
  // An item whose response was deleted meanwhile is gone from the history too.
  const history = past.historyItemIds.flatMap((id) => stored.get(id) ?? []);
  return {
    historyItemIds: history.map((item) => item.id),
    inputItems,
    newItems: resolved.flatMap(({ item, isNew }) => (isNew ? [item] : [])),
    items: pairCalls([...history, ...inputItems]),
  };
}
