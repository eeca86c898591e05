import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { idFloorOf } from "#server/ids";
import type { ChatMessage } from "#server/protocol/chat/messages";
import type { StoredChatBody } from "#server/protocol/chat/stored";
import type { ListQuery } from "#server/protocol/list";

export interface ChatScope {
  teamId: string;
  id: string;
}

/** A chat completion as it is stored. `createdAt` is in epoch milliseconds. */
export interface ChatCompletionRow extends ChatScope {
  model: string;
  metadata: Record<string, string>;
  body: StoredChatBody;
  messages: readonly ChatMessage[];
  createdAt: number;
}

/** A chat completion as it is read back. Only this server writes them, so they are not validated again. */
export type StoredChatCompletion = Pick<ChatCompletionRow, "id" | "body" | "metadata">;

/**
 * Stores a chat completion.
 * @throws AppError database_unavailable
 */
export async function insertChatCompletion(row: ChatCompletionRow): Promise<void> {
  const { teamId, id, model, metadata, body, messages, createdAt } = row;
  await mapped(() =>
    pool().query(
      `INSERT INTO chat_completion (team_id, id, model, metadata, body, messages, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000.0))`,
      [teamId, id, model, JSON.stringify(metadata), JSON.stringify(body), JSON.stringify(messages), createdAt],
    ),
  );
}

/**
 * The team's chat completion, or null.
 * @throws AppError database_unavailable
 */
export async function readChatCompletion({ teamId, id }: ChatScope): Promise<StoredChatCompletion | null> {
  return mapped(async () => {
    const { rows } = await pool().query<StoredChatCompletion>(
      "SELECT id, body, metadata FROM chat_completion WHERE team_id = $1 AND id = $2",
      [teamId, id],
    );
    return rows[0] ?? null;
  });
}

/**
 * The messages that led to the team's chat completion, or null when there is none.
 * @throws AppError database_unavailable
 */
export async function readChatMessages({ teamId, id }: ChatScope): Promise<ChatMessage[] | null> {
  return mapped(async () => {
    const { rows } = await pool().query<{ messages: ChatMessage[] }>(
      "SELECT messages FROM chat_completion WHERE team_id = $1 AND id = $2",
      [teamId, id],
    );
    return rows[0]?.messages ?? null;
  });
}

export interface ChatListQuery extends ListQuery {
  teamId: string;
  /** null: any. */
  model: string | null;
  /** Pairs that a completion's metadata must all hold. */
  metadata: Record<string, string>;
}

/**
 * The team's chat completions by creation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listChatCompletions(query: ChatListQuery): Promise<StoredChatCompletion[]> {
  const { teamId, model, metadata, after, before, limit } = query;
  const forwards = query.order === "asc";
  const conditions = ["team_id = $1"];
  const values: unknown[] = [teamId];
  const where = (condition: string, value: unknown) => {
    values.push(value);
    conditions.push(`${condition} $${values.length}`);
  };
  if (model !== null) where("model =", model);
  if (Object.keys(metadata).length > 0) where("metadata @>", JSON.stringify(metadata));
  if (after !== null) where(forwards ? "id >" : "id <", after);
  if (before !== null) where(forwards ? "id <" : "id >", before);
  values.push(limit);
  return mapped(async () => {
    const { rows } = await pool().query<StoredChatCompletion>(
      `SELECT id, body, metadata FROM chat_completion WHERE ${conditions.join(" AND ")}
       ORDER BY id ${forwards ? "ASC" : "DESC"} LIMIT $${values.length}`,
      values,
    );
    return rows;
  });
}

/**
 * Replaces the metadata of the team's chat completion and returns it, or null when there is none.
 * @throws AppError database_unavailable
 */
export async function updateChatMetadata(
  { teamId, id }: ChatScope,
  metadata: Record<string, string>,
): Promise<StoredChatCompletion | null> {
  return mapped(async () => {
    const { rows } = await pool().query<StoredChatCompletion>(
      "UPDATE chat_completion SET metadata = $3 WHERE team_id = $1 AND id = $2 RETURNING id, body, metadata",
      [teamId, id, JSON.stringify(metadata)],
    );
    return rows[0] ?? null;
  });
}

/**
 * Deletes the team's chat completion. False when there is none.
 * @throws AppError database_unavailable
 */
export async function removeChatCompletion({ teamId, id }: ChatScope): Promise<boolean> {
  return mapped(async () => {
    const { rowCount } = await pool().query("DELETE FROM chat_completion WHERE team_id = $1 AND id = $2", [teamId, id]);
    return rowCount === 1;
  });
}

/**
 * Deletes the team's chat completions from before `before` (epoch milliseconds), at most `limit`. Gives how many.
 * @throws AppError database_unavailable
 */
export async function removeOldChatCompletions(teamId: string, before: number, limit: number): Promise<number> {
  return mapped(async () => {
    const { rowCount } = await pool().query(
      `DELETE FROM chat_completion WHERE team_id = $1 AND id IN (
         SELECT id FROM chat_completion WHERE team_id = $1 AND id < $2 ORDER BY id LIMIT $3
       )`,
      [teamId, idFloorOf("chatCompletion", before), limit],
    );
    return rowCount ?? 0;
  });
}
