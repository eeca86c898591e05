/** Lexemes are taken whole, from the rarest, while together they have no more matches than this. */
const RARE_MATCHES = 1000;
/** Of the commoner lexemes, so many are asked for together. */
const COMBINED_LEXEMES = 7;
/** How many chunks the best combinations of common lexemes are to match. */
const COMBINED_MATCHES = 2000;
/** Below this, one more combination is visited, as far as it takes. */
const ENOUGH_VISITED = 1000;
/** Chunks that are ranked at most. */
const MOST_VISITED = 5000;
/** A lexeme's matches are counted up to here and estimated beyond. */
const COUNTED_MATCHES = 1000;
/** Chunks of a larger store that stand for all of them, and how many must have a lexeme for an estimate without a count. */
const SAMPLED_CHUNKS = 500;
const SURE_HITS = 5;

/** In place of a leg that counts for nothing, most of whose work would be done all the same. Each parameter has a type. */
export const NO_KEYWORDS = `
by_keyword AS (
  SELECT NULL::bigint AS id, NULL::float8 AS bm25, NULL::bigint AS place
  WHERE $2::text[] IS NULL AND $3::text IS NULL AND $7::int IS NULL
)`;

/** As in the table's index, which holds each chunk's store as one more lexeme: so another store's chunks are not visited. */
const INDEXED = "(c.tsv || array_to_tsvector(ARRAY[c.vector_store_id]))";
const SCOPE = "c.team_id = $1 AND c.vector_store_id = ANY ($2::text[])";

/**
 * The `depth` best chunks by BM25 (k1 1.2, b .75) with OR between the question's words, read in each language that documents
 * of the stores are in, but for those that one of the languages passes over: in the few documents of another they would look
 * rare. Visiting every match of common words is what costs. So a common lexeme's matches are estimated from a sample of the
 * chunks; and only those chunks are ranked that have a rare lexeme, or enough common ones together to be among the best.
 * `filtered`: only chunks of the table expression `allowed`.
 */
export function keywordLeg({ filtered, depth }: { filtered: boolean; depth: number }): string {
  return `${LEXEMES},
${FREQUENCIES},
${filtered ? WHOLE_QUESTION : BEST_COMBINATIONS},
by_keyword AS (
  SELECT id, bm25, row_number() OVER (ORDER BY bm25 DESC, id) AS place
  FROM (SELECT * FROM candidates ORDER BY bm25 DESC, id LIMIT ${depth}) ranked
)`;
}

/** The question's words, and how many chunks there are. */
const LEXEMES = `
files AS MATERIALIZED (
  SELECT vector_store_id, text_configuration, sum(chunk_count) AS chunks, sum(lexeme_count) AS lexemes
  FROM vector_store_file WHERE team_id = $1 AND vector_store_id = ANY ($2::text[]) GROUP BY 1, 2
),
languages AS MATERIALIZED (
  SELECT DISTINCT text_configuration::regconfig AS language FROM files
),
words AS MATERIALIZED (
  SELECT word, l.language, to_tsvector(l.language, word) AS stems FROM unnest(to_tsvector('simple', $3)) w(word), languages l
),
lexemes AS MATERIALIZED (
  SELECT lexeme, ('''' || replace(replace(lexeme, E'\\\\', E'\\\\\\\\'), '''', '''''') || '''')::tsquery AS term
  FROM (SELECT DISTINCT lexeme FROM words w, unnest(w.stems)
        WHERE word NOT IN (SELECT o.word FROM words o WHERE o.stems = '' AND o.language <> 'simple'::regconfig)) found
),
stores AS MATERIALIZED (
  SELECT string_agg('''' || id || '''', ' | ')::tsquery AS term FROM unnest($2::text[]) id
),
totals AS MATERIALIZED (
  SELECT greatest(sum(chunks), 1)::float8 AS chunks,
         greatest(sum(lexemes), 1)::float8 / greatest(sum(chunks), 1)::float8 AS average FROM files
)`;

/** How common each lexeme is. The sample is drawn evenly from the stores' vectors, whose index is in order of chunks. */
const FREQUENCIES = `
sample AS MATERIALIZED (
  SELECT c.tsv
  FROM (SELECT vector_store_id AS id,
               CASE WHEN t.chunks > ${COUNTED_MATCHES} THEN ceil(${SAMPLED_CHUNKS} * sum(f.chunks) / t.chunks) ELSE 0 END::int AS size
        FROM files f, totals t GROUP BY f.vector_store_id, t.chunks) store,
       LATERAL (
         SELECT min(e.chunk_id) AS first, max(e.chunk_id) AS last FROM chunk_embedding e
         WHERE e.team_id = $1 AND e.vector_store_id = store.id AND e.generation = $7) ends,
       generate_series(0, store.size - 1) place,
       LATERAL (
         SELECT e.chunk_id FROM chunk_embedding e
         WHERE e.team_id = $1 AND e.vector_store_id = store.id AND e.generation = $7
           AND e.chunk_id >= ends.first + (ends.last - ends.first) * place / store.size
         ORDER BY e.chunk_id LIMIT 1) drawn
       JOIN chunk c ON c.team_id = $1 AND c.id = drawn.chunk_id
),
guesses AS MATERIALIZED (
  SELECT l.lexeme, l.term, g.hits, coalesce(t.chunks * g.hits / nullif(g.size, 0), 0) AS matches
  FROM lexemes l, totals t,
       LATERAL (SELECT count(*) FILTER (WHERE s.tsv @@ l.term) AS hits, count(*) AS size FROM sample s OFFSET 0) g
),
frequencies AS MATERIALIZED (
  SELECT g.lexeme, g.term, d.matches, ln(1 + (t.chunks - d.matches + 0.5) / (d.matches + 0.5)) AS idf,
         sum(d.matches) OVER (ORDER BY d.matches, g.lexeme) AS upto
  FROM guesses g, totals t,
       LATERAL (
         SELECT least(t.chunks, CASE WHEN g.hits >= ${SURE_HITS} AND g.matches >= ${COUNTED_MATCHES} THEN g.matches ELSE (
           SELECT CASE WHEN count(*) < ${COUNTED_MATCHES} THEN count(*) ELSE greatest(count(*), g.matches) END
           FROM (SELECT FROM chunk c, stores s
                 WHERE ${SCOPE} AND ${INDEXED} @@ (s.term && g.term) LIMIT ${COUNTED_MATCHES}) counted) END) AS matches OFFSET 0) d
  WHERE d.matches > 0
)`;

/**
 * BM25 of a chunk `c`. How often a lexeme is in it is read off ts_rank, which sums 1/k² for each place k over π²/6: a tenth of
 * what unnesting a chunk's words costs.
 */
const SCORE = `(
    SELECT sum(f.idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * c.lexeme_count / t.average)
      / nullif(round(1 / (1.6449340668 * greatest(1 - ts_rank('{1,1,1,1}', c.tsv, f.term), 0.002)) - 0.53), 0)))
    FROM frequencies f)`;

/** A filter leaves few of a word's matches, so there every word counts from the start. */
const WHOLE_QUESTION = `
candidates AS MATERIALIZED (
  SELECT c.id, ${SCORE} AS bm25
  FROM (SELECT string_agg(term::text, ' | ')::tsquery AS query FROM frequencies) q, stores s, totals t, chunk c
  WHERE ${SCOPE} AND ${INDEXED} @@ (s.term && q.query) AND c.id = ANY ((SELECT ids FROM allowed)::bigint[])
  LIMIT ${MOST_VISITED}
)`;

/**
 * A chunk's lexemes bound its score by the sum of their idf, about. The sample says above which bar of it there are about as
 * many chunks as are to be ranked; every least combination of common lexemes above the bar is asked for, which is the
 * text index's work. Chunks below it are not visited, unless few are above.
 */
const BEST_COMBINATIONS = `
common AS MATERIALIZED (
  SELECT 1 << (row_number() OVER (ORDER BY upto)::int - 1) AS bit, term, idf
  FROM frequencies WHERE upto > ${RARE_MATCHES} ORDER BY upto LIMIT ${COMBINED_LEXEMES}
),
bar AS MATERIALIZED (
  SELECT coalesce((
    SELECT b.idf FROM sample s, LATERAL (SELECT coalesce(sum(c.idf), 0) AS idf FROM common c WHERE s.tsv @@ c.term) b
    ORDER BY b.idf DESC
    OFFSET (SELECT (${COMBINED_MATCHES} * (SELECT count(*) FROM sample) / chunks)::int FROM totals) LIMIT 1), 0) + 1e-6 AS idf
),
combinations AS MATERIALIZED (
  SELECT m.mask, sum(c.idf) AS idf, string_agg(c.term::text, ' & ') AS query
  FROM generate_series(1, (1 << (SELECT count(*)::int FROM common)) - 1) m(mask) JOIN common c ON m.mask & c.bit <> 0
  GROUP BY m.mask
),
above AS MATERIALIZED (
  SELECT m.* FROM combinations m, bar WHERE m.idf > bar.idf
),
questions AS MATERIALIZED (
  SELECT string_agg(query, ' | ') FILTER (WHERE above)::tsquery AS above, min(query) FILTER (WHERE NOT above)::tsquery AS below
  FROM (
    SELECT true AS above, term::text AS query FROM frequencies WHERE upto <= ${RARE_MATCHES}
    UNION ALL
    SELECT true, m.query FROM above m
    WHERE NOT EXISTS (SELECT FROM above l WHERE l.mask & m.mask = l.mask AND l.mask <> m.mask)
    UNION ALL
    (SELECT false, m.query FROM combinations m, bar WHERE m.idf <= bar.idf ORDER BY m.idf DESC, m.mask LIMIT 1)) parts
),
best AS MATERIALIZED (
  SELECT c.id, ${SCORE} AS bm25 FROM questions q, stores s, totals t, chunk c
  WHERE ${SCOPE} AND ${INDEXED} @@ (s.term && q.above) LIMIT ${MOST_VISITED}
),
candidates AS MATERIALIZED (
  SELECT * FROM best
  UNION ALL
  (SELECT c.id, ${SCORE} AS bm25 FROM questions q, stores s, totals t, chunk c
   WHERE ${SCOPE} AND ${INDEXED} @@ (s.term && q.below && coalesce(!!q.above, s.term))
   LIMIT (SELECT greatest(0, ${ENOUGH_VISITED} - count(*)) FROM best))
)`;
