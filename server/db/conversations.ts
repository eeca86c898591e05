import { inTransaction, prisma, type TransactionClient } from "#server/db/client";
import { deleteUnheldItems, lockItemDeletions, type StoredContext, type StoredItem } from "#server/db/items";
import { mapped } from "#server/db/mapped";
import { queryRows } from "#server/db/query";
import type { ItemRow } from "#server/db/responses";

export interface ConversationRow {
  id: string;
  metadata: Record<string, string>;
  createdAt: Date;
}

export interface ConversationScope {
  teamId: string;
  conversationId: string;
}

const FIELDS = { id: true, metadata: true, createdAt: true };

/** Metadata was validated when it was written. */
function toRow(row: Omit<ConversationRow, "metadata"> & { metadata: unknown }): ConversationRow {
  return { ...row, metadata: row.metadata as Record<string, string> };
}

/**
 * The team's conversation, or null.
 * @throws AppError database_unavailable
 */
export async function findConversation({ teamId, conversationId }: ConversationScope): Promise<ConversationRow | null> {
  return mapped(async () => {
    const row = await prisma().conversation.findFirst({ where: { teamId, id: conversationId }, select: FIELDS });
    return row && toRow(row);
  });
}

/** A conversation in a list. */
export interface ConversationListRow extends ConversationRow {
  itemCount: number;
}

/**
 * The team's conversations, newest first, from the one after `beforeId` on.
 * @throws AppError database_unavailable
 */
export async function listConversations(query: {
  teamId: string;
  beforeId: string | null;
  limit: number;
}): Promise<ConversationListRow[]> {
  return mapped(async () => {
    const rows = await prisma().conversation.findMany({
      where: { teamId: query.teamId, ...(query.beforeId === null ? {} : { id: { lt: query.beforeId } }) },
      select: { ...FIELDS, _count: { select: { items: true } } },
      orderBy: { id: "desc" },
      take: query.limit,
    });
    return rows.map(({ _count, ...row }) => ({ ...toRow(row), itemCount: _count.items }));
  });
}

/**
 * Replaces a conversation's metadata; null when the team has none of that id.
 * @throws AppError database_unavailable
 */
export async function updateConversation(
  { teamId, conversationId }: ConversationScope,
  metadata: Record<string, string>,
): Promise<ConversationRow | null> {
  return mapped(async () => {
    const where = { teamId, id: conversationId };
    const rows = await prisma().conversation.updateManyAndReturn({ where, data: { metadata }, select: FIELDS });
    return rows[0] ? toRow(rows[0]) : null;
  });
}

/** Items for the end of a conversation: `newItems` are those of `itemIds` that are not stored yet. */
export interface NewConversationItems {
  itemIds: readonly string[];
  newItems: readonly ItemRow[];
  /** Epoch milliseconds. */
  now: number;
}

function valuesOf({ itemIds, newItems, now }: NewConversationItems): unknown[] {
  return [
    itemIds,
    newItems.map((item) => item.id),
    newItems.map((item) => item.type),
    newItems.map((item) => item.body),
    now,
  ];
}

const KEEP_ITEMS = `
kept AS (
  INSERT INTO item (team_id, id, type, body, created_at)
  SELECT place.team_id, i.id, i.type, i.body::json, to_timestamp($7 / 1000.0)
  FROM place, unnest($4::text[], $5::text[], $6::text[]) AS i (id, type, body)
  ON CONFLICT (team_id, id) DO NOTHING
)`;
const APPEND_ITEMS = `
INSERT INTO conversation_item (team_id, conversation_id, position, item_id)
SELECT place.team_id, place.id, place.start + a.offset_in_batch, a.item_id
FROM place, unnest($3::text[]) WITH ORDINALITY AS a (item_id, offset_in_batch)
ON CONFLICT DO NOTHING`;

/**
 * Stores a new conversation with its first items, in one statement.
 * @throws AppError database_unavailable
 */
export async function insertConversation(
  { teamId, conversationId }: ConversationScope,
  { metadata, ...items }: NewConversationItems & { metadata: Record<string, string> },
): Promise<void> {
  await queryRows(
    `WITH place AS (
       INSERT INTO conversation (team_id, id, metadata, next_position, created_at)
       VALUES ($1, $2, $8::jsonb, cardinality($3::text[]) + 1, to_timestamp($7 / 1000.0))
       RETURNING team_id, id, 0 AS start
     ), ${KEEP_ITEMS} ${APPEND_ITEMS}`,
    [teamId, conversationId, ...valuesOf(items), JSON.stringify(metadata)],
  );
}

/**
 * Appends items in one statement: those of two appends never mix, and the later one follows the earlier. An item that
 * the conversation has already keeps its place. False when the team has no such conversation.
 * @throws AppError database_unavailable
 */
export async function appendConversationItems(
  { teamId, conversationId }: ConversationScope,
  items: NewConversationItems,
): Promise<boolean> {
  const rows = await queryRows<{ found: number }>(
    `WITH place AS (
       UPDATE conversation SET next_position = next_position + cardinality($3::text[])
       WHERE team_id = $1 AND id = $2
       RETURNING team_id, id, next_position - cardinality($3::text[]) - 1 AS start
     ), ${KEEP_ITEMS}, appended AS (${APPEND_ITEMS}) SELECT count(*)::int AS found FROM place`,
    [teamId, conversationId, ...valuesOf(items)],
  );
  return rows[0]?.found === 1;
}

/** Appends stored items in a transaction, as {@link appendConversationItems}. A conversation that is gone takes nothing. */
export async function appendStoredItems(
  tx: TransactionClient,
  { teamId, conversationId }: ConversationScope,
  itemIds: readonly string[],
): Promise<void> {
  await tx.$executeRawUnsafe(
    `WITH place AS (
       UPDATE conversation SET next_position = next_position + cardinality($3::text[])
       WHERE team_id = $1 AND id = $2
       RETURNING team_id, id, next_position - cardinality($3::text[]) - 1 AS start
     ) ${APPEND_ITEMS}`,
    teamId,
    conversationId,
    itemIds,
  );
}

/**
 * What a request needs of a conversation, in one read: its items in order, and the items with `itemIds`, unknown ones
 * left out. `historyItemIds` is null when the team has no such conversation.
 * @throws AppError database_unavailable
 */
export async function readConversationContext(
  { teamId, conversationId }: ConversationScope,
  itemIds: readonly string[],
): Promise<StoredContext> {
  const [row] = await queryRows<{ ids: string[]; items: StoredItem[] | null }>(
    `WITH past AS (
       SELECT array(
         SELECT item_id FROM conversation_item WHERE team_id = $1 AND conversation_id = $2 ORDER BY position
       ) AS ids
       FROM conversation WHERE team_id = $1 AND id = $2
     )
     SELECT past.ids, (
       SELECT json_agg(json_build_object('id', i.id, 'body', i.body))
       FROM item i WHERE i.team_id = $1 AND i.id = ANY (past.ids || $3::text[])
     ) AS items
     FROM past`,
    [teamId, conversationId, itemIds],
  );
  return { historyItemIds: row?.ids ?? null, items: row?.items ?? [], status: null };
}

export interface ConversationItemsQuery extends ConversationScope {
  limit: number;
  order: "asc" | "desc";
  /** Positions between which the rows lie, both excluded; null: no bound. */
  after: number | null;
  before: number | null;
}

/**
 * A conversation's items by position, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listConversationItems(query: ConversationItemsQuery): Promise<StoredItem[]> {
  const [past, upTo] = query.order === "asc" ? [">", "<"] : ["<", ">"];
  return queryRows<StoredItem>(
    `SELECT i.id, i.body FROM conversation_item c JOIN item i ON i.team_id = c.team_id AND i.id = c.item_id
     WHERE c.team_id = $1 AND c.conversation_id = $2
       AND ($3::int IS NULL OR c.position ${past} $3) AND ($4::int IS NULL OR c.position ${upTo} $4)
     ORDER BY c.position ${query.order} LIMIT $5`,
    [query.teamId, query.conversationId, query.after, query.before, query.limit],
  );
}

/** One item of a conversation, and where it stands. */
export interface ConversationItemRow extends StoredItem {
  position: number;
}

/**
 * The item of that id in the team's conversation, or null.
 * @throws AppError database_unavailable
 */
export async function findConversationItem(
  { teamId, conversationId }: ConversationScope,
  itemId: string,
): Promise<ConversationItemRow | null> {
  const [row] = await queryRows<ConversationItemRow>(
    `SELECT i.id, i.body, c.position FROM conversation_item c JOIN item i ON i.team_id = c.team_id AND i.id = c.item_id
     WHERE c.team_id = $1 AND c.conversation_id = $2 AND c.item_id = $3`,
    [teamId, conversationId, itemId],
  );
  return row ?? null;
}

/**
 * Deletes a conversation, and those of its items that no response and no other conversation holds. False when the team
 * has none of that id.
 * @throws AppError database_unavailable
 */
export async function removeConversation({ teamId, conversationId }: ConversationScope): Promise<boolean> {
  return mapped(() =>
    inTransaction(async (tx) => {
      await lockItemDeletions(tx, teamId);
      const held = await tx.conversationItem.findMany({ where: { teamId, conversationId }, select: { itemId: true } });
      const { count } = await tx.conversation.deleteMany({ where: { teamId, id: conversationId } });
      if (count > 0) {
        const ids = held.map((row) => row.itemId);
        await deleteUnheldItems(tx, teamId, ids);
      }
      return count > 0;
    }),
  );
}

/**
 * Takes an item out of a conversation, and deletes it when nobody else holds it. False when it is not in there.
 * @throws AppError database_unavailable
 */
export async function removeConversationItem(
  { teamId, conversationId }: ConversationScope,
  itemId: string,
): Promise<boolean> {
  return mapped(() =>
    inTransaction(async (tx) => {
      await lockItemDeletions(tx, teamId);
      const { count } = await tx.conversationItem.deleteMany({ where: { teamId, conversationId, itemId } });
      if (count > 0) await deleteUnheldItems(tx, teamId, [itemId]);
      return count > 0;
    }),
  );
}
