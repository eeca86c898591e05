import { escapeLiteral } from "pg";
import { indexedRows, indexedVector } from "#server/db/vector-indexes";

/** What the vector leg of a search has to look through. */
export interface VectorLeg {
  dimensions: number;
  /** Stores with an index of their own. */
  indexed: readonly { vectorStoreId: string; generation: number }[];
  /** How many stores have none. */
  others: number;
  /** Only chunks of the list `allowed` count. */
  filtered: boolean;
  /** Places. */
  depth: number;
}

/** pgvector's breadth of search. Its own 40 would be all that a search can find; 200 finds more than .98 of the best 10. */
const EF_SEARCH = 200;
/** A filter that leaves no more chunks than this is quicker measured one by one than looked for in the graph. */
const FEW_ALLOWED = 10_000;

/** The question's vector as `type`. As a scalar subquery it is read from its text once, not once a row. */
const questionAs = (type: string) => `(SELECT $4::text::${type})`;

/**
 * The question's vector, with the settings of the graph's search made on the way: for this statement only, and in no
 * round trip of its own. With strict order the graph is searched on until a filter has let enough through.
 */
function tunedQuestion(dimensions: number): string {
  return `(SELECT $4::text::halfvec(${Math.trunc(dimensions)})
           WHERE set_config('hnsw.ef_search', '${EF_SEARCH}', true) IS NOT NULL
             AND set_config('hnsw.iterative_scan', 'strict_order', true) IS NOT NULL)`;
}

/**
 * The chunks whose vectors are nearest by cosine distance: exactly, or from the graph of a store that has one, unless a
 * filter leaves few. Each store's graph is asked by itself. A vector of zeros has no distance (NaN), comes last, and
 * stands in no graph.
 */
export function vectorLeg(leg: VectorLeg): string {
  const parts = leg.indexed.flatMap((store) => graphParts(leg, store));
  const apart = leg.indexed.map((store) => escapeLiteral(store.vectorStoreId)).join(", ");
  if (leg.others > 0) {
    const scope = "vector_store_id = ANY ($2::text[]) AND generation = $7";
    const condition = apart === "" ? scope : `${scope} AND vector_store_id NOT IN (${apart})`;
    parts.push(exactly(leg, `${condition} ${leg.filtered ? AMONG : ""}`));
  }
  return `
by_vector AS (
  SELECT id, distance, row_number() OVER (ORDER BY distance, id) AS place
  FROM (SELECT id, distance FROM (${parts.map((part) => `(${part})`).join(" UNION ALL ")}) found
    ORDER BY distance, id LIMIT ${leg.depth}) nearest
)`;
}

const SEARCHED = "$4::text IS NOT NULL AND $5::float8 > 0 AND team_id = $1";
const AMONG = "AND chunk_id = ANY ((SELECT ids FROM allowed)::bigint[])";
const ALLOWED_COUNT = "(SELECT cardinality(ids) FROM allowed)";

function exactly(leg: VectorLeg, condition: string): string {
  return `
    SELECT chunk_id AS id, embedding <=> ${questionAs("halfvec")} AS distance FROM chunk_embedding
    WHERE ${SEARCHED} AND ${condition} ORDER BY distance, chunk_id LIMIT ${leg.depth}`;
}

/** One store by its graph; with a filter, both ways, of which the statement goes one when it knows how many are left. */
function graphParts(leg: VectorLeg, store: VectorLeg["indexed"][number]): string[] {
  const rows = indexedRows(store);
  const distance = `${indexedVector(leg.dimensions)} <=> ${tunedQuestion(leg.dimensions)}`;
  const nearest = (condition: string) => `
    SELECT chunk_id AS id, ${distance} AS distance FROM chunk_embedding
    WHERE ${SEARCHED} AND ${rows} ${condition} ORDER BY ${distance} LIMIT ${leg.depth}`;
  if (!leg.filtered) return [nearest("")];
  // "IS TRUE" keeps the list a hash that is asked for each row, where a join would leave the graph's order.
  const many = `AND ${ALLOWED_COUNT} > ${FEW_ALLOWED} AND (chunk_id IN (SELECT unnest(ids) FROM allowed)) IS TRUE`;
  return [nearest(many), exactly(leg, `${rows} AND ${ALLOWED_COUNT} <= ${FEW_ALLOWED} ${AMONG}`)];
}
