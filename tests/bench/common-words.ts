import { basename } from "node:path";
import type pg from "pg";
import { hybridStatement } from "#server/db/search";
import { newId } from "#server/ids";
import { toKeywords } from "#server/retrieval/search/searchable-text";
import { type Figure, ms } from "#tests/bench/report";
import { type JudgedSet, judge, readJudgedSet } from "#tests/support/judged-set";
import { randomNumbers } from "#tests/support/many-chunks";

const WORDS_A_CHUNK = 80;
const BATCH = 500;
const PLACES = 20;
const QUESTIONS = 100;
const TOLERANCE = 0.005;
const BUDGET_MS = 100;

interface Scope {
  teamId: string;
  vectorStoreId: string;
}

/**
 * What ranking only the candidates of the rarest words costs: the judged passages stand in a store among so many of their
 * own words in another order, so that every word of a question is common. The keyword leg of the search against BM25 over
 * every match, with every word counted.
 */
export async function measureCommonWords(
  database: Pick<pg.Pool, "query">,
  scope: Scope,
  { folder, chunks }: { folder: string; chunks: number },
): Promise<Figure[]> {
  const set = withFewQuestions(readJudgedSet(folder));
  const documentOf = await fill(database, scope, { set, chunks });
  await database.query("VACUUM ANALYZE chunk, chunk_embedding, vector_store_file, file");
  await indexWords(database, scope, set);
  const ours = new Map<string, string[]>();
  const every = new Map<string, string[]>();
  const latencies: number[] = [];
  for (const { id, text } of set.queries) {
    const { text: sql, values } = keywordsOnly(scope, text);
    const from = performance.now();
    const found = await database.query<{ chunkId: string }>(sql, values);
    latencies.push(performance.now() - from);
    ours.set(
      id,
      found.rows.flatMap((row) => documentOf.get(row.chunkId) ?? row.chunkId),
    );
    const all = await database.query<{ id: string }>(EVERY_MATCH, [
      scope.teamId,
      scope.vectorStoreId,
      toKeywords(text),
    ]);
    every.set(
      id,
      all.rows.flatMap((row) => documentOf.get(row.id) ?? row.id),
    );
  }
  const [candidates, matches] = [judge(set, ours).ndcg, judge(set, every).ndcg];
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  const questions = basename(folder);
  return [
    {
      name: `keywords, ${latencies.length} questions of ${questions}`,
      measured: `p95 ${ms(at(0.95))} (p50 ${ms(at(0.5))})`,
      budget: `≤ ${BUDGET_MS} ms`,
      kept: at(0.95) <= BUDGET_MS,
    },
    {
      name: `nDCG@10 of ${questions} by keywords, among ${chunks} passages of the same words`,
      measured: candidates.toFixed(4),
      direct: `every match ranked ${matches.toFixed(4)}`,
      budget: `≥ ${(matches - TOLERANCE).toFixed(4)}`,
      kept: candidates >= matches - TOLERANCE,
    },
  ];
}

/** The set with {@link QUESTIONS} of its questions at most, from all over it: ranking every match takes half a second each. */
function withFewQuestions(set: JudgedSet): JudgedSet {
  const step = Math.max(1, set.queries.length / QUESTIONS);
  return { ...set, queries: set.queries.filter((_, index) => Math.floor(index % step) === 0) };
}

/** The search's own statement, for its keyword leg alone. */
function keywordsOnly({ teamId, vectorStoreId }: Scope, text: string): { text: string; values: unknown[] } {
  return hybridStatement({
    ...{ teamId, vectorStoreIds: [vectorStoreId], indexedStoreIds: [], generation: 1, text: toKeywords(text) },
    ...{ embedding: null, weights: { vector: 0, keyword: 1 }, filter: null, limit: PLACES, scoreThreshold: 0 },
    now: new Date(),
  });
}

/** Where each word of the questions stands in the store, and how often. The table goes with its connection. */
async function indexWords(database: Pick<pg.Pool, "query">, scope: Scope, set: JudgedSet): Promise<void> {
  await database.query("DROP TABLE IF EXISTS posting");
  await database.query("CREATE TEMP TABLE posting (lexeme text, id bigint, times float8, length float8)");
  await database.query(
    `INSERT INTO posting
     SELECT w.lexeme, c.id, cardinality(w.positions), c.lexeme_count
     FROM chunk c, unnest(c.tsv) w WHERE c.team_id = $1 AND c.vector_store_id = $2 AND w.lexeme IN (
       SELECT lexeme FROM unnest($3::text[]) q(text), unnest(to_tsvector('english', q.text)))`,
    [scope.teamId, scope.vectorStoreId, set.queries.map(({ text }) => toKeywords(text))],
  );
  await database.query("CREATE INDEX ON posting (lexeme)");
  await database.query("ANALYZE posting");
}

/** BM25 (k1 1.2, b .75) over every chunk that holds any word of the question. */
const EVERY_MATCH = `
WITH stats AS MATERIALIZED (
  SELECT count(*)::float8 AS chunks, avg(lexeme_count)::float8 AS average FROM chunk
  WHERE team_id = $1 AND vector_store_id = $2
), words AS MATERIALIZED (
  SELECT l.lexeme, ln(1 + (s.chunks - d.matches + 0.5) / (d.matches + 0.5)) AS idf
  FROM (SELECT DISTINCT lexeme FROM unnest(to_tsvector('english', $3))) l, stats s,
       LATERAL (SELECT count(*)::float8 AS matches FROM posting p WHERE p.lexeme = l.lexeme) d
)
SELECT p.id::text AS id
FROM words q JOIN posting p USING (lexeme), stats s
GROUP BY p.id
ORDER BY sum(q.idf * p.times * 2.2 / (p.times + 1.2 * (0.25 + 0.75 * p.length / s.average))) DESC, p.id
LIMIT ${PLACES}`;

/** Writes the judged passages and, in their midst, passages drawn from their words. Answers the document of each chunk. */
async function fill(
  database: Pick<pg.Pool, "query">,
  scope: Scope,
  { set, chunks }: { set: JudgedSet; chunks: number },
): Promise<Map<string, string>> {
  const next = randomNumbers(9);
  const words = set.documents.flatMap(({ text }) => text.split(/\s+/));
  const draw = () => words[Math.floor(next() * words.length)] ?? "";
  const judged = set.documents.entries();
  const every = Math.max(1, Math.floor(chunks / set.documents.length));
  const documentOf = new Map<string, string>();
  for (let start = 0; start < chunks; start += BATCH) {
    const texts: string[] = [];
    const documents: (string | null)[] = [];
    for (let at = start; at < start + BATCH; at += 1) {
      const entry = at % every === 0 ? judged.next().value : undefined;
      texts.push(entry?.[1].text ?? Array.from({ length: WORDS_A_CHUNK }, draw).join(" "));
      documents.push(entry?.[1].id ?? null);
    }
    const { rows } = await database.query<{ id: string; ordinal: number }>(ADD, [
      scope.teamId,
      scope.vectorStoreId,
      newId("file"),
      texts.map(toKeywords),
    ]);
    for (const { id, ordinal } of rows) {
      const document = documents[ordinal];
      if (document != null) documentOf.set(id, document);
    }
  }
  return documentOf;
}

const ADD = `
WITH held AS (
  INSERT INTO file (team_id, id, filename, purpose, media_type, bytes, sha256, created_at)
  VALUES ($1, $3, 'words.txt', 'assistants', 'text/plain', 1, '', now())
), texts AS MATERIALIZED (
  SELECT n.text, n.at - 1 AS ordinal, v.tsv,
         (SELECT coalesce(sum(cardinality(positions)), 0)::int FROM unnest(v.tsv)) AS lexemes
  FROM unnest($4::text[]) WITH ORDINALITY AS n(text, at), LATERAL (SELECT to_tsvector('english', n.text) AS tsv) v
), filed AS (
  INSERT INTO vector_store_file (team_id, vector_store_id, file_id, status, step, attributes, chunking_strategy,
    chunk_count, lexeme_count, ingest_id, text_configuration, created_at)
  SELECT $1, $2, $3, 'completed', 'done', '{}', '{}', count(*), sum(lexemes), $3, 'english', now() FROM texts
), added AS (
  INSERT INTO chunk (team_id, vector_store_id, file_id, ordinal, char_start, char_end, heading_path, text, token_count,
                     lexeme_count, tsv)
  SELECT $1, $2, $3, ordinal, 0, 1, '', text, lexemes, lexemes, tsv FROM texts RETURNING id, ordinal
), embedded AS (
  INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding)
  SELECT $1, $2, id, 1, '[1]' FROM added
)
SELECT id::text, ordinal FROM added ORDER BY ordinal`;
