import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreScope } from "#server/db/vector-stores";

/** What embedding took: of passages (`document`), or of what was searched for. */
export interface EmbeddingUsage {
  kind: "document" | "query";
  /** `connection/model`, the one that answered. */
  model: string;
  texts: number;
  tokens: number;
  /** US dollars, of those tokens whose price is known. */
  costUsd: number;
  unpricedTokens: number;
}

/**
 * Adds to what a store's model took on the day of `at` (UTC). A store that is gone needs no account.
 * @throws AppError database_unavailable
 */
export async function addEmbeddingUsage(scope: VectorStoreScope, usage: EmbeddingUsage & { at: Date }): Promise<void> {
  const { at, kind, model, texts, tokens, costUsd, unpricedTokens } = usage;
  const day = at.toISOString().slice(0, 10);
  await mapped(() =>
    pool().query(
      `INSERT INTO embedding_usage AS u (team_id, vector_store_id, day, model, texts, tokens, cost_usd, unpriced_tokens, kind)
       SELECT team_id, id, $3::date, $4, $5, $6, $7, $8, $9 FROM vector_store WHERE team_id = $1 AND id = $2
       ON CONFLICT (team_id, vector_store_id, day, model, kind) DO UPDATE SET
         texts = u.texts + excluded.texts, tokens = u.tokens + excluded.tokens,
         cost_usd = u.cost_usd + excluded.cost_usd, unpriced_tokens = u.unpriced_tokens + excluded.unpriced_tokens`,
      [scope.teamId, scope.vectorStoreId, day, model, texts, tokens, costUsd, unpricedTokens, kind],
    ),
  );
}

/**
 * What embedding for a store took, by month (`2026-11`), model and kind, newest first.
 * @throws AppError database_unavailable
 */
export async function listEmbeddingUsage(scope: VectorStoreScope): Promise<(EmbeddingUsage & { month: string })[]> {
  const { rows } = await mapped(() =>
    pool().query<EmbeddingUsage & { month: string }>(
      `SELECT to_char(day, 'YYYY-MM') AS month, model, kind, sum(texts)::float8 AS texts, sum(tokens)::float8 AS tokens,
         sum(cost_usd)::float8 AS "costUsd", sum(unpriced_tokens)::float8 AS "unpricedTokens"
       FROM embedding_usage WHERE team_id = $1 AND vector_store_id = $2
       GROUP BY 1, 2, 3 ORDER BY 1 DESC, tokens DESC, 2, 3`,
      [scope.teamId, scope.vectorStoreId],
    ),
  );
  return rows;
}
