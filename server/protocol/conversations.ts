import { z } from "zod";
import { type InputItem, ItemInput, normalizeItem, withItemType } from "#server/protocol/items";
import { Metadata } from "#server/protocol/request";
import { validate } from "#server/protocol/validate";

const MAX_ITEMS = 20;

/** The body of `POST /v1/conversations`. */
export const CreateConversationBody = z.looseObject({
  items: z.array(ItemInput).max(MAX_ITEMS).nullish(),
  metadata: Metadata.nullish(),
});
/** The body of `POST /v1/conversations/{id}`: the metadata is replaced. */
export const UpdateConversationBody = z.looseObject({ metadata: Metadata.nullable() });
/** The body of `POST /v1/conversations/{id}/items`. */
export const AddItemsBody = z.looseObject({ items: z.array(ItemInput).min(1).max(MAX_ITEMS) });

/** Reads the body of `POST /v1/conversations`. Throws RequestProblem naming the path at fault. */
export function parseCreateConversation(body: unknown): { items: InputItem[]; metadata: Record<string, string> } {
  const { items, metadata } = validate(CreateConversationBody, prepare(body));
  return { items: (items ?? []).map(normalizeItem), metadata: metadata ?? {} };
}

/** Reads the body of `POST /v1/conversations/{id}/items`. Throws RequestProblem naming the path at fault. */
export function parseAddItems(body: unknown): InputItem[] {
  return validate(AddItemsBody, prepare(body)).items.map(normalizeItem);
}

function prepare(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("items" in body) || !Array.isArray(body.items)) return body;
  return { ...body, items: body.items.map(withItemType) };
}
