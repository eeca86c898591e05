import { readConversationContext } from "#server/db/conversations";
import { readContext, readItems, type StoredContext } from "#server/db/items";
import { AppError } from "#server/errors";
import type { InputItem, Item } from "#server/protocol/items";
import type { ResponseStatus } from "#server/protocol/response";
import { expandCompactions } from "#server/services/compaction/expand-compactions";
import type { ServiceContext } from "#server/services/context";
import { conversationNotFound } from "#server/services/conversations/conversation-object";
import type { ConnectionMemory } from "#server/services/responses/connection-memory";
import { pairCalls } from "#server/services/responses/pair-calls";
import { idsIn, resolveItems } from "#server/services/responses/resolve-items";

export interface ContextInput {
  previousResponseId: string | null;
  /** Instead of a previous response. */
  conversation: string | null;
  input: InputItem[];
  /** Messages of a prompt's template. */
  promptMessages: InputItem[];
  /** Where responses that are stored nowhere may be found. */
  memory: ConnectionMemory | null;
}

/** What a response builds on. */
export interface ResponseContext {
  /** Ids of everything the model saw before this request, in order. */
  historyItemIds: string[];
  /** The items behind them. */
  history: Item[];
  /** This request's input, each item with its id. */
  inputItems: Item[];
  /** Those of `history` and `inputItems` that may not be stored yet. */
  newItems: Item[];
  /** History and input as a model may be shown them: compacted parts opened. */
  items: Item[];
  /** Id of the message among `items` that carries the summary of a compaction; null without one. */
  summaryId: string | null;
  /** Ids of those of `items` that the model is not shown: what they say, it is told elsewhere. */
  unshownIds?: ReadonlySet<string>;
  /** Messages of a prompt's template: they stand before `items`, and belong to no history. */
  promptItems: Item[];
}

interface Past extends StoredContext {
  /** Items of the history that are perhaps stored nowhere. */
  unstored: readonly Item[];
}

/** A response that was not stored, as its connection remembers it. */
async function recallPast(ctx: ServiceContext, unstored: readonly Item[], ids: string[]): Promise<Past> {
  const named = await readItems(ctx.principal.teamId, ids);
  const items = [...named, ...unstored.map((item) => ({ id: item.id, body: item }))];
  return { historyItemIds: unstored.map((item) => item.id), items, status: null, unstored };
}

/** What came before, and the items that the input refers to. */
async function readPast(ctx: ServiceContext, input: ContextInput): Promise<Past> {
  const { teamId } = ctx.principal;
  const { conversation, previousResponseId, memory } = input;
  const ids = idsIn(input.input);
  if (conversation !== null) {
    return { ...(await readConversationContext({ teamId, conversationId: conversation }, ids)), unstored: [] };
  }
  const unstored = previousResponseId === null ? null : (memory?.recall(previousResponseId) ?? null);
  if (unstored !== null) return recallPast(ctx, unstored, ids);
  return { ...(await readContext(teamId, previousResponseId, ids)), unstored: [] };
}

/** Messages of a prompt's template, each with an id. */
export function resolvePrompt(input: InputItem[]): Item[] {
  return resolveItems({ input, stored: new Map(), heldIds: [], param: "input" }).map(({ item }) => item);
}

function unknownPast({ conversation, previousResponseId }: ContextInput): AppError {
  if (conversation !== null) return conversationNotFound(conversation, "conversation");
  const message = `Previous response with id '${previousResponseId}' not found.`;
  return new AppError("previous_response_not_found", message, { param: "previous_response_id" });
}

/** Refuses to go on from a background response whose output is not there yet. */
function checkEnded(id: string | null, status: ResponseStatus | null): void {
  if (status !== "queued" && status !== "in_progress") return;
  const message = `Previous response with id '${id}' has not ended: its status is ${status}.`;
  throw new AppError("invalid_request", message, { param: "previous_response_id", wireCode: null });
}

/**
 * Everything a request builds on, from one read: the items of `previous_response_id` or `conversation` and the
 * referenced ones, all of the caller's own team, then the input.
 * @throws AppError previous_response_not_found; not_found (the conversation, an item_reference); invalid_request (an
 *   earlier response that still runs, duplicate ids, outputs without calls, calls without outputs); invalid_value (a compaction item that is not this
 *   team's); database_unavailable
 */
export async function loadContext({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ContextInput;
}): Promise<ResponseContext> {
  const past = await readPast(ctx, input);
  if (past.historyItemIds === null) throw unknownPast(input);
  checkEnded(input.previousResponseId, past.status);
  const stored = new Map(past.items.map((item) => [item.id, item.body]));
  const resolved = resolveItems({ input: input.input, stored, heldIds: past.historyItemIds, param: "input" });
  const inputItems = resolved.map(({ item }) => item);
  // An item whose response was deleted meanwhile is gone from the history too.
  const history = past.historyItemIds.flatMap((id) => stored.get(id) ?? []);
  const { items, summaryId } = expandCompactions(ctx.principal.teamId, { history, input: inputItems });
  return {
    historyItemIds: history.map((item) => item.id),
    history,
    inputItems,
    newItems: [...past.unstored, ...resolved.flatMap(({ item, isNew }) => (isNew ? [item] : []))],
    items: pairCalls(items),
    summaryId,
    promptItems: resolvePrompt(input.promptMessages),
  };
}
