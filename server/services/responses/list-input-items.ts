import { readItems } from "#server/db/items";
import { readResponse } from "#server/db/responses";
import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import { type ListPage, type ListQuery, toListPage } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { responseNotFound } from "#server/services/responses/get-response";

function placeOf(ids: readonly string[], id: string, param: "after" | "before"): number {
  const place = ids.indexOf(id);
  if (place >= 0) return place;
  throw new AppError("invalid_value", `Invalid '${param}': this response has no input item with id '${id}'.`, {
    param,
  });
}

/** Ids of one page, and whether there are more in the direction of paging. Only `before`: the page right before it. */
export function pageOfIds(ids: readonly string[], query: ListQuery): { ids: string[]; hasMore: boolean } {
  const ordered = query.order === "asc" ? ids : ids.toReversed();
  const from = query.after === null ? 0 : placeOf(ordered, query.after, "after") + 1;
  const to = query.before === null ? ordered.length : placeOf(ordered, query.before, "before");
  if (query.before !== null && query.after === null) {
    const start = Math.max(0, to - query.limit);
    return { ids: ordered.slice(start, to), hasMore: start > 0 };
  }
  const end = Math.min(to, from + query.limit);
  return { ids: ordered.slice(from, end), hasMore: end < to };
}

/**
 * One page of what a response was made from: its history, then its own input.
 * @throws AppError not_found; invalid_value for an `after` or `before` that is not among the items; database_unavailable
 */
export async function listInputItems({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { responseId: string; query: ListQuery };
}): Promise<ListPage<Item>> {
  const { teamId } = ctx.principal;
  const stored = await readResponse(teamId, input.responseId);
  if (!stored) throw responseNotFound(input.responseId);
  const page = pageOfIds([...stored.historyItemIds, ...stored.inputItemIds], input.query);
  const items = new Map((await readItems(teamId, page.ids)).map((item) => [item.id, item.body]));
  const data = page.ids.flatMap((id) => items.get(id) ?? []);
  return toListPage(data, page.hasMore);
}
