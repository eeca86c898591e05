import { findConversation, findConversationItem, listConversationItems } from "#server/db/conversations";
import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import { type ListPage, type ListQuery, toListPage } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { conversationNotFound } from "#server/services/conversations/conversation-object";
import { readPage } from "#server/services/read-page";

/**
 * One page of a conversation's items.
 * @throws AppError not_found; invalid_value for an `after` or `before` that is not among the items; database_unavailable
 */
export async function listItems({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { conversationId: string; query: ListQuery };
}): Promise<ListPage<Item>> {
  const { conversationId } = input;
  const scope = { teamId: ctx.principal.teamId, conversationId };
  if (!(await findConversation(scope))) throw conversationNotFound(conversationId);
  const positionOf = async (id: string | null, param: "after" | "before") => {
    if (id === null) return null;
    const item = await findConversationItem(scope, id);
    if (item) return item.position;
    const message = `Invalid '${param}': this conversation has no item with id '${id}'.`;
    throw new AppError("invalid_value", message, { param });
  };
  const page = await readPage(input.query, async ({ limit, order, after, before }) =>
    listConversationItems({
      ...{ ...scope, limit, order },
      after: await positionOf(after, input.query.after === null ? "before" : "after"),
      before: await positionOf(before, "before"),
    }),
  );
  const data = page.rows.map((row) => row.body);
  return toListPage(data, page.hasMore);
}
